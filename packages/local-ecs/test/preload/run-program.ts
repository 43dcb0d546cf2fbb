import { startContainerProcess } from '../../src/effects/container-process.ts';
import type { TaskNetwork } from '../../src/preload/config.ts';

export const PRELOAD = new URL('../../src/preload/task-network.ts', import.meta.url).href;

export function fixture(name: string): string {
  return new URL(`../fixtures/network/${name}.ts`, import.meta.url).pathname;
}

export function networkOf(changes: Partial<TaskNetwork> = {}): TaskNetwork {
  return {
    address: '127.210.1.4',
    ports: [],
    hosts: { 'api.mesh': '127.255.0.1' },
    zones: ['test.internal'],
    dns: { host: '127.0.0.1', port: 9 },
    ...changes,
  };
}

export interface ProgramRun {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  readonly reports: readonly string[];
}

/** Runs a fixture to its end with a task's network. */
export async function runProgram(
  name: string,
  network: TaskNetwork,
  words: readonly string[] = [],
): Promise<ProgramRun> {
  const lines: string[] = [];
  const errors: string[] = [];
  const reports: string[] = [];
  const program = startContainerProcess({
    program: process.execPath,
    arguments: ['--import', PRELOAD, fixture(name), ...words],
    directory: '/',
    environment: { SWITCHYARD_TASK_NETWORK: JSON.stringify(network), GREETING: 'hello' },
    onLine: (stream, line) => (stream === 'stdout' ? lines : errors).push(line),
    onReport: (what, port, code) => reports.push([what, port > 0 ? 'port' : String(port), code ?? ''].join(' ').trim()),
  });
  return { exitCode: await program.exited, lines, errors, reports };
}
