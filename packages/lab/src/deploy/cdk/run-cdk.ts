import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

import { workspaceRoot } from '../../blueprint/workspace.ts';
import type { Environment } from '../../context.ts';

const infra = join(workspaceRoot, 'infra');

export interface CdkRun {
  readonly args: readonly string[];
  readonly environment: Environment;
  /** Aborted: the CDK gets SIGINT, as from Ctrl-C. What CloudFormation has begun goes on. */
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Runs the CDK's command line in the CDK app's folder, without colours, notices and telemetry; gives its exit code.
 * @throws the signal's reason when it was aborted before anything was run.
 */
export async function runCdk({ args, environment, signal, onLine }: CdkRun): Promise<number | null> {
  signal.throwIfAborted();
  const child = spawn(
    process.execPath,
    [join(infra, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-color', '--no-notices'],
    {
      cwd: infra,
      env: { CDK_DISABLE_CLI_TELEMETRY: 'true', ...environment, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: a Ctrl-C on the terminal reaches it once, through the signal.
      detached: true,
    },
  );
  const interrupt = (): void => {
    // The container engine that the CDK runs has to stop, too.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
  };
  signal.addEventListener('abort', interrupt, { once: true });
  const lines = [child.stdout, child.stderr].map((stream) => {
    const reader = createInterface({ input: stream });
    reader.on('line', onLine);
    return new Promise<void>((resolve) => void reader.once('close', resolve));
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await Promise.all(lines);
    return exitCode;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
