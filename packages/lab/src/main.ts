import pc from 'picocolors';

import { run } from './run.ts';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second signal is for somebody who cannot wait.
    if (stopped.signal.aborted) process.exit(1);
    stopped.abort();
  });
}
// A reader that goes away (`lab status | head -1`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  colors: pc.createColors(pc.isColorSupported && process.stdout.isTTY),
  signal: stopped.signal,
});
