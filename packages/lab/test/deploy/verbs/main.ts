import { Command } from 'commander';
import pc from 'picocolors';

import { addDeployVerbs } from '../../../src/deploy/program.ts';
import { LabError } from '../../../src/errors.ts';

// The verbs in a process of their own, as the lab's command line runs them, with a smoke test that any web server passes.
const stopped = new AbortController();
process.on('SIGINT', () => stopped.abort());
const program = new Command('lab');
addDeployVerbs(
  program,
  {
    environment: process.env,
    print: (line) => process.stdout.write(`${line}\n`),
    note: (line) => process.stderr.write(`${line}\n`),
    colors: pc.createColors(false),
    signal: stopped.signal,
  },
  { smokeTest: async (url) => (await fetch(url)).ok, patience: { attemptsMax: 3, pauseMs: 10 } },
);
try {
  await program.parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  process.stderr.write(`${error instanceof LabError ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
