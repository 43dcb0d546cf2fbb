import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const verbs = fileURLToPath(new URL('../../../packages/lab/test/deploy/verbs/main.ts', import.meta.url));

/** The lab's command line itself, whose smoke test is `lab check`. */
export const labMain = fileURLToPath(new URL('../../../packages/lab/bin/lab.js', import.meta.url));

export interface VerbResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningVerb {
  /** Resolves when the error stream has had this text. */
  readonly noted: (text: string) => Promise<void>;
  readonly interrupt: () => void;
  readonly result: Promise<VerbResult>;
}

/** Starts `deploy`, `destroy` or `diff` with nothing of this machine's AWS configuration. */
export function startVerb(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  main = verbs,
): RunningVerb {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], HOME: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    async noted(text) {
      while (!stderr.includes(text)) {
        const ended = await Promise.race([once(child.stderr, 'data').then(() => false), closed.then(() => true)]);
        if (ended) throw new Error(`The verb ended without saying "${text}":\n${stderr}`);
      }
    },
    interrupt: () => void child.kill('SIGINT'),
    result: closed.then(([code]) => ({ code, stdout, stderr })),
  };
}

/** Runs a verb to its end. */
export async function runVerb(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<VerbResult> {
  return await startVerb(args, environment).result;
}
