import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { CONTROL_DESCRIPTOR } from '../preload/config.ts';

/** A longer line becomes several, as Docker's do. */
const LOG_LINE_LENGTH_MAX = 16_384;

/** How long an ended process's last output may take. */
const OUTPUT_WAIT_MS = 100;

const STDIO: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe'];

export interface ContainerProcessOptions {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory: string;
  /** The whole environment: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** What the process reports about its listening sockets: `listening 3000`, `failed 3000 EADDRINUSE`. */
  readonly onReport: (what: string, port: number, code: string | undefined) => void;
}

export interface ContainerProcess {
  readonly processId: number | undefined;
  /** The exit code as Docker counts, once the process and its output have ended. Never rejects. */
  readonly exited: Promise<number>;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a process in a session of its own, so that a Ctrl-C in the lab's terminal reaches the lab only. */
export function startContainerProcess(options: ContainerProcessOptions): ContainerProcess {
  const child = spawn(options.program, options.arguments, {
    cwd: options.directory,
    env: options.environment,
    stdio: STDIO,
    detached: true,
  });
  readLines(child.stdout, (line) => options.onLine('stdout', line));
  readLines(child.stderr, (line) => options.onLine('stderr', line));
  readLines(child.stdio[CONTROL_DESCRIPTOR] as Readable, (line) => {
    const [what = '', port, code] = line.split(' ');
    options.onReport(what, Number(port), code);
  });
  return {
    processId: child.pid,
    exited: exitOf(child, options.onLine),
    signal: (name) => signalGroup(child, name),
  };
}

async function exitOf(child: ChildProcess, onLine: ContainerProcessOptions['onLine']): Promise<number> {
  return await new Promise((resolve) => {
    child.once('error', (error) => {
      onLine('stderr', error.message);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      // With `close` the last lines are read; a grandchild that holds the output open must not delay the news for long.
      const timer = setTimeout(() => resolve(exitCode), OUTPUT_WAIT_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(exitCode);
      });
    });
  });
}

/** SIGTERM goes to the container's first process, as Docker does; SIGKILL takes everything it started along. */
function signalGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(name === 'SIGKILL' ? -child.pid : child.pid, name);
  } catch {
    // It has ended already.
  }
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  const tell = (line: string): void => {
    for (let start = 0; start === 0 || start < line.length; start += LOG_LINE_LENGTH_MAX) {
      onLine(line.slice(start, start + LOG_LINE_LENGTH_MAX));
    }
  };
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tell(line);
    while (rest.length > LOG_LINE_LENGTH_MAX) {
      onLine(rest.slice(0, LOG_LINE_LENGTH_MAX));
      rest = rest.slice(LOG_LINE_LENGTH_MAX);
    }
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  stream?.on('error', () => {});
}
