import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabCommand extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** A signal to every process of its group, as from a terminal. */
  readonly signalGroup: (signal: NodeJS.Signals) => void;
  /** Resolves when standard error has this. */
  readonly said: (text: string) => Promise<void>;
}

export interface CommandOptions {
  /** For the Node that runs the command. */
  readonly nodeArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Begins a `lab` verb in a process of its own, from the repository at `root`. */
export function beginLab(root: string, args: readonly string[], options: CommandOptions = {}): LabCommand {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(root, 'packages/lab/bin/lab.js'), ...args], {
    cwd: root,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    ended,
    signalGroup: (signal) => void process.kill(-(child.pid ?? Number.NaN), signal),
    said: async (text) => {
      while (!stderr.includes(text)) {
        const isOver = await Promise.race([once(child.stderr, 'data').then(() => false), ended.then(() => true)]);
        if (isOver && !stderr.includes(text)) throw new Error(`The command ended without saying "${text}":\n${stderr}`);
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
