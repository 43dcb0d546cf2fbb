import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../../../packages/lab/bin/lab.js', import.meta.url));

/** One line of `lab up --json`. */
export interface LabEvent {
  readonly kind: string;
  readonly [member: string]: unknown;
}

export interface Ready extends LabEvent {
  readonly urls: { readonly http: string; readonly endpoint: string };
  readonly dns: { readonly host: string; readonly port: number };
}

/** A `lab up` in a process of its own, on free ports, as a user would start it. */
export interface LabProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ready: Ready;
  readonly events: readonly LabEvent[];
  /** Everything on standard error. */
  readonly errors: () => string;
  /** The next event that the predicate takes, from now on. */
  readonly nextEvent: (predicate: (event: LabEvent) => boolean) => Promise<LabEvent>;
  /** Sends a signal and resolves with the exit code when the process is gone. */
  readonly stop: (signal: NodeJS.Signals) => Promise<number | null>;
}

const freePorts = ['--port', '0', '--https-port', '0', '--endpoint-port', '0', '--dns-port', '0'];

export async function startLabProcess(args: readonly string[] = freePorts): Promise<LabProcess> {
  const child = spawn(process.execPath, [main, 'up', '--json', ...args], {
    cwd: workspaceRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: LabEvent[] = [];
  const waiting = new Set<(event: LabEvent) => void>();
  createInterface(child.stdout).on('line', (line) => {
    const event = JSON.parse(line) as LabEvent;
    events.push(event);
    for (const take of waiting) take(event);
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'exit');
  const nextEvent = async (predicate: (event: LabEvent) => boolean): Promise<LabEvent> =>
    await new Promise((resolve) => {
      const take = (event: LabEvent): void => {
        if (!predicate(event)) return;
        waiting.delete(take);
        resolve(event);
      };
      waiting.add(take);
    });
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  };
  const first = await Promise.race([nextEvent(({ kind }) => kind === 'ready'), exited]);
  if (Array.isArray(first)) throw new Error(`The lab ended before it was ready, with code ${first[0]}:\n${errors}`);
  return {
    child,
    ready: first as Ready,
    events,
    errors: () => errors,
    nextEvent,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop('SIGTERM')),
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `lab` verb to its end. */
export async function runLab(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return await runCommand(process.execPath, [main, ...args], environment);
}

export async function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: workspaceRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
