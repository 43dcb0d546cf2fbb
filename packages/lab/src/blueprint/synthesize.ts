import { spawn } from 'node:child_process';
import { join } from 'node:path';

import type { Environment } from '../context.ts';
import { labErrors } from '../errors.ts';
import { workspaceRoot } from './workspace.ts';

/** How many of the CDK app's last lines an error repeats. */
const lastLinesMax = 6;

/**
 * Runs the CDK app, which writes its cloud assembly to `directory`. Needs no credentials.
 * @throws LabError LAB_SYNTH_FAILED with what the app said last
 */
export async function synthesize(directory: string, environment: Environment): Promise<void> {
  const child = spawn(process.execPath, [join(workspaceRoot, 'infra/src/main.ts')], {
    cwd: join(workspaceRoot, 'infra'),
    // The app is an ordinary CDK app: it takes PATH, HOME and CDK_OUTDIR from the environment, as under the CDK's own CLI.
    env: { ...environment, CDK_OUTDIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    lines.splice(0, Math.max(0, lines.length - lastLinesMax));
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw labErrors.synthFailed(exitCode, lines.join(' / '));
}
