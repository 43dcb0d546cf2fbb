import { dirname, join } from 'node:path';
import type { Container } from '@switchyard/blueprint';
import { timerMs } from '../core/timers.ts';
import { NETWORK_VARIABLE } from '../preload/config.ts';
import type { TaskNetwork } from '../preload/config.ts';
import type { ContainerExit, RunningTask, TaskRunner, TaskToRun } from '../task-runner.ts';
import { containerCommandOf } from './container-command.ts';
import type { ContainerCommand } from './container-command.ts';
import { startContainerProcess } from './container-process.ts';
import type { ContainerProcess } from './container-process.ts';

const PRELOAD = new URL('../preload/task-network.ts', import.meta.url).href;
const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface ProcessRunnerOptions {
  readonly workspaceRoot: string;
  readonly zones: readonly string[];
  readonly dns: { readonly host: string; readonly port: number };
  /** How long to wait for the mapped ports to listen before the task counts as running all the same. */
  readonly listenTimeoutMs: number;
}

/** Runs each container of a task as one Node process with the task's network. */
export function createProcessRunner(options: ProcessRunnerOptions): TaskRunner {
  return { start: async (task) => await startTaskProcesses(task, options) };
}

async function startTaskProcesses(task: TaskToRun, options: ProcessRunnerOptions): Promise<RunningTask> {
  const { containers } = task.taskDefinition;
  const commands = await Promise.all(
    containers.map(async (container) => await containerCommandOf(task.service, container, options.workspaceRoot)),
  );
  const ports = tcpPortsOf(containers);
  const network: TaskNetwork = {
    address: task.address,
    ports,
    ...(task.hostPorts === undefined ? {} : { hostPorts: task.hostPorts }),
    hosts: task.hosts,
    zones: options.zones,
    dns: options.dns,
  };
  const unheard = new Set(ports);
  const listening = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<ContainerExit>();
  const wait = setTimeout(listening.resolve, options.listenTimeoutMs);
  if (ports.length === 0) listening.resolve();
  const onListening = (port: number): void => {
    if (unheard.delete(port) && unheard.size === 0) listening.resolve();
  };
  const running = containers.map((container, index) => {
    const command = commands[index] ?? { directory: '', arguments: [] };
    const environment = environmentOf(container, task, options.workspaceRoot);
    const started = startContainer(container, { task, command, environment, network, onListening });
    if (container.essential) void started.exit.then(exited.resolve);
    return started;
  });
  void exited.promise.then(() => clearTimeout(wait));
  void listening.promise.then(() => clearTimeout(wait));

  return {
    processIds: Object.fromEntries(running.map((each) => [each.container.name, each.process.processId ?? 0])),
    listening: listening.promise,
    silentPorts: () => [...unheard],
    exited: exited.promise,
    stop: async (timeoutMsMax = Number.POSITIVE_INFINITY) =>
      await Promise.all(running.toReversed().map(async (each) => await stopContainer(each, timeoutMsMax))),
    probe: async (name, command, timeoutMs) => {
      const target = running.find((each) => each.container.name === name);
      if (target === undefined) return false;
      return await runProbe(command, { ...target, network }, timeoutMs);
    },
  };
}

interface Surroundings {
  readonly task: TaskToRun;
  readonly command: ContainerCommand;
  readonly environment: Record<string, string>;
  readonly network: TaskNetwork;
  readonly onListening: (port: number) => void;
}

interface RunningContainer {
  readonly container: Container;
  readonly directory: string;
  readonly environment: Record<string, string>;
  readonly process: ContainerProcess;
  readonly exit: Promise<ContainerExit>;
  isStopping: boolean;
}

function startContainer(container: Container, surroundings: Surroundings): RunningContainer {
  const { task, command, environment, network, onListening } = surroundings;
  let reason: string | undefined;
  const started = startContainerProcess({
    program: process.execPath,
    arguments: ['--import', PRELOAD, ...command.arguments],
    directory: command.directory,
    environment: { ...environment, [NETWORK_VARIABLE]: JSON.stringify(network) },
    onLine: (stream, line) => task.onLog(container.name, stream, line),
    onReport: (what, port, code) => {
      if (what === 'failed') reason = portTrouble(task.address, task.hostPorts?.[port] ?? port, code);
      else onListening(port);
    },
  });
  const exit = started.exited.then((exitCode): ContainerExit => ({
    container: container.name,
    exitCode,
    ...(reason === undefined ? {} : { reason }),
  }));
  return { container, directory: command.directory, environment, process: started, exit, isStopping: false };
}

async function stopContainer(each: RunningContainer, timeoutMsMax: number): Promise<ContainerExit> {
  // A second SIGTERM would tell the program to give up its orderly end.
  if (!each.isStopping) each.process.signal('SIGTERM');
  each.isStopping = true;
  const timeoutMs = timerMs(Math.min(timeoutMsMax, each.container.stopTimeoutSeconds * 1000));
  const timer = setTimeout(() => each.process.signal('SIGKILL'), timeoutMs);
  const exit = await each.exit;
  clearTimeout(timer);
  return exit;
}

/** What the container finds: its task definition's environment, what ECS adds, and what the image sets. Nothing else. */
function environmentOf(container: Container, task: TaskToRun, workspaceRoot: string): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:${IMAGE_PATH}`,
    NODE_COMPILE_CACHE: join(workspaceRoot, 'node_modules/.cache/node-compile-cache'),
    ...task.environment[container.name],
    ...container.environment,
  };
}

async function runProbe(
  command: readonly string[],
  inside: { directory: string; environment: Record<string, string>; network: TaskNetwork },
  timeoutMs: number,
): Promise<boolean> {
  const [kind, ...words] = command;
  const [program = '', ...rest] = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : kind === 'CMD' ? words : command;
  const probe = startContainerProcess({
    program: program === 'node' ? process.execPath : program,
    arguments: rest,
    directory: inside.directory,
    environment: {
      ...inside.environment,
      NODE_OPTIONS: `${inside.environment['NODE_OPTIONS'] ?? ''} --import ${PRELOAD}`.trim(),
      [NETWORK_VARIABLE]: JSON.stringify(inside.network),
    },
    onLine: () => {},
    onReport: () => {},
  });
  const timer = setTimeout(() => probe.signal('SIGKILL'), timerMs(timeoutMs));
  const exitCode = await probe.exited;
  clearTimeout(timer);
  return exitCode === 0;
}

function tcpPortsOf(containers: readonly Container[]): number[] {
  return containers.flatMap(({ portMappings }) =>
    portMappings.flatMap((mapping) => (mapping.protocol === 'tcp' ? [mapping.containerPort] : [])),
  );
}

function portTrouble(address: string, port: number, code: string | undefined): string {
  return code === 'EADDRINUSE'
    ? `${address}:${port} is in use by another program; end it or give this lab other addresses.`
    : `${address}:${port} cannot be listened on (${code ?? 'unknown error'}).`;
}
