import pc from 'picocolors';

import { run } from './run.ts';

/** How long what a command left open may keep the process after its end. */
const lingerMaxMs = 500;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second signal is for somebody who cannot wait; a terminal that closes sends SIGHUP more than once.
    if (stopped.signal.aborted && signal !== 'SIGHUP') process.exit(1);
    stopped.abort();
  });
}
// A reader that goes away (`lab status | head -1`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  ignoreClosedTerminal(error);
});
process.stderr.on('error', ignoreClosedTerminal);

/** A terminal that closes takes no more lines, but what runs in it still has to stop in order. */
function ignoreClosedTerminal(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EIO' && error.code !== 'EPIPE') throw error;
}

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  colors: pc.createColors(pc.isColorSupported && process.stdout.isTTY),
  signal: stopped.signal,
});
// Only what could not be closed in time is still open, of which the command has told. A slow reader gets every line first.
setTimeout(() => process.stdout.write('', () => process.exit()), lingerMaxMs).unref();
