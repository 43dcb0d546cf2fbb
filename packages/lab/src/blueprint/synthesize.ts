import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Environment } from '../context.ts';
import { labErrors } from '../errors.ts';
import { complaintOf } from './complaint.ts';
import { workspaceRoot } from './workspace.ts';

/** How much of the CDK app's standard error is kept, from its end. */
const standardErrorCharsMax = 65_536;

/**
 * Runs the CDK app, which writes its cloud assembly to `directory`. Needs no credentials. An aborted signal ends the app.
 * @throws LabError LAB_SYNTH_FAILED with the message of the app's error; the signal's reason
 */
export async function synthesize(directory: string, environment: Environment, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [join(workspaceRoot, 'infra/src/main.ts')], {
    cwd: join(workspaceRoot, 'infra'),
    // The app is an ordinary CDK app: it takes PATH, HOME and CDK_OUTDIR from the environment, as under the CDK's own CLI.
    env: { ...environment, CDK_OUTDIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: a Ctrl-C on the terminal reaches it through the signal only, and with all that it started.
    detached: true,
  });
  let standardError = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    standardError = (standardError + text).slice(-standardErrorCharsMax);
  });
  const end = (): void => {
    // The app has nothing to finish: what it wrote is thrown away.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  signal?.addEventListener('abort', end, { once: true });
  try {
    const [exitCode, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...ending) => resolve(ending));
    });
    signal?.throwIfAborted();
    if (exitCode === 0) return;
    throw labErrors.synthFailed(complaintOf(standardError, workspaceRoot), exitCode ?? killedBy);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
