import type { Service, TaskDefinition } from '@switchyard/blueprint';
import { serviceConnectAddressOf } from '../core/addresses.ts';
import type { ContainerRecord, DeploymentRecord, StopCode, TaskRecord } from '../core/state.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Sidecar, StartSidecar } from '../sidecar.ts';
import type { ContainerExit, RunningTask, TaskRunner } from '../task-runner.ts';
import { startHealthChecks } from './health-checks.ts';
import type { RegisteredTask, Registrations } from './registrations.ts';
import type { TargetWatch } from './target-watch.ts';

export type Task = TaskRecord<TaskDefinition>;
export type Deployment = DeploymentRecord<TaskDefinition>;

export interface StopRequest {
  readonly code: StopCode;
  readonly reason: string;
  /** Wait until its targets have drained before SIGTERM. */
  readonly drain: boolean;
  /** At most this long from SIGTERM to SIGKILL. */
  readonly timeoutMsMax?: number;
}

export interface TaskLife {
  readonly task: Task;
  /** Resolves when the task is STOPPED. Never rejects. */
  readonly done: Promise<void>;
  /** The first request decides; a later one can only shorten the time. */
  stop(request: StopRequest): void;
}

export interface TaskLifeContext {
  readonly service: Service;
  readonly deployment: Deployment;
  readonly addressOctet: number;
  readonly runner: TaskRunner;
  readonly registrations: Registrations;
  readonly targetWatch: TargetWatch;
  readonly startSidecar?: StartSidecar;
  /** Names that every task knows, beside its aliases. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly environmentOf: (container: ContainerRecord) => Readonly<Record<string, string>>;
  /** At most this long from deregistration to SIGTERM. */
  readonly drainMsMax: number;
  readonly now: () => number;
  readonly onStatus: (task: Task, from: TaskStatus, exit?: ContainerExit) => void;
  readonly onHealth: (task: Task) => void;
  readonly onDraining: (task: Task) => void;
  readonly onTrouble: (task: Task, doing: string, error: unknown) => void;
  readonly onLog: (task: Task, container: string, stream: 'stdout' | 'stderr', line: string) => void;
}

/** Leads a task through its life, from PROVISIONING to STOPPED. */
export function startTaskLife(task: Task, context: TaskLifeContext): TaskLife {
  const stop = Promise.withResolvers<StopRequest>();
  let shorten: ((timeoutMs: number) => void) | undefined;
  const done = live(task, context, stop.promise, (running) => {
    shorten = (timeoutMs) => void running.stop(timeoutMs);
  });
  let requested = false;
  return {
    task,
    done,
    stop(request) {
      task.desiredStatus = 'STOPPED';
      if (requested && request.timeoutMsMax !== undefined) shorten?.(request.timeoutMsMax);
      requested = true;
      stop.resolve(request);
    },
  };
}

async function live(
  task: Task,
  context: TaskLifeContext,
  stopRequested: Promise<StopRequest>,
  onRunning: (running: RunningTask) => void,
): Promise<void> {
  const to = (status: TaskStatus, exit?: ContainerExit): void => {
    const from = task.lastStatus;
    if (from === status) return;
    task.lastStatus = status;
    context.onStatus(task, from, exit);
  };
  let sidecar: Sidecar | undefined;
  let exit: ContainerExit | undefined;
  try {
    to('PENDING');
    sidecar = await startSidecarOf(task, context);
    const running = await context.runner.start({
      id: task.id,
      service: task.service,
      taskDefinition: task.taskDefinition,
      address: task.address,
      environment: Object.fromEntries(task.containers.map((each) => [each.name, context.environmentOf(each)])),
      hosts: { ...context.hosts, ...sidecar?.hosts },
      onLog: (container, stream, line) => context.onLog(task, container, stream, line),
    });
    onRunning(running);
    for (const container of task.containers) {
      const processId = running.processIds[container.name];
      if (processId !== undefined) container.processId = processId;
    }
    exit = await serve(task, context, running, stopRequested, to);
  } catch (error) {
    task.stopCode = 'TaskFailedToStart';
    task.stoppedReason = error instanceof Error ? error.message : String(error);
  }
  to('DEPROVISIONING');
  try {
    await sidecar?.[Symbol.asyncDispose]();
  } catch (error) {
    context.onTrouble(task, 'stop the proxy of', error);
  }
  task.desiredStatus = 'STOPPED';
  task.stoppedAtMs = context.now();
  to('STOPPED', exit);
}

/** From started containers to ended ones. Answers the exit that stopped the task. */
async function serve(
  task: Task,
  context: TaskLifeContext,
  running: RunningTask,
  stopRequested: Promise<StopRequest>,
  to: (status: TaskStatus) => void,
): Promise<ContainerExit | undefined> {
  const registered: RegisteredTask = { ...task, service: context.service };
  const left = Promise.race([running.exited, stopRequested]);
  const attempt = async (doing: string, work: () => Promise<void>): Promise<void> =>
    await work().catch((error: unknown) => context.onTrouble(task, doing, error));

  const first = await Promise.race([running.listening, left]);
  let registering: Promise<unknown> = Promise.resolve();
  using checks = new DisposableStack();
  if (first === undefined) {
    to('ACTIVATING');
    for (const container of task.containers) {
      container.lastStatus = 'RUNNING';
      container.startedAtMs = context.now();
    }
    registering = attempt('register', async () => await context.registrations.register(registered));
    await Promise.race([registering, left]);
    const hasChecks = startHealthChecks(task, running, checks, context.now, (status) => {
      void attempt('report the health of', async () => await context.registrations.reportHealth(registered, status));
      if (status === 'HEALTHY')
        void attempt('join', async () => await context.registrations.joinServiceConnect(registered));
      context.onHealth(task);
    });
    task.startedAtMs = context.now();
    to('RUNNING');
    if (!hasChecks) {
      const joining = attempt('join', async () => await context.registrations.joinServiceConnect(registered));
      registering = Promise.all([registering, joining]);
    }
  }
  const outcome = await left;
  checks.dispose();
  const request = 'drain' in outcome ? outcome : undefined;
  task.desiredStatus = 'STOPPED';
  task.stoppingAtMs = context.now();
  task.stopCode = request?.code ?? 'EssentialContainerExited';
  task.stoppedReason = request?.reason ?? 'Essential container in task exited';
  const deregistering = registering.then(
    async () => await attempt('deregister', async () => await context.registrations.deregister(registered)),
  );
  if (first === undefined && request !== undefined && request.timeoutMsMax === undefined) {
    to('DEACTIVATING');
    await Promise.race([deregistering, running.exited]);
    if (request.drain) await drain(task, context, running);
  }
  to('STOPPING');
  const exits = await running.stop(request?.timeoutMsMax);
  for (const { container: name, exitCode, reason } of exits) {
    const container = task.containers.find((each) => each.name === name);
    if (container === undefined) continue;
    Object.assign(container, { lastStatus: 'STOPPED', exitCode, finishedAtMs: context.now() });
    if (reason !== undefined) container.reason = reason;
  }
  if (request?.timeoutMsMax === undefined) await deregistering;
  return 'exitCode' in outcome ? outcome : exits[0];
}

async function drain(task: Task, context: TaskLifeContext, running: RunningTask): Promise<void> {
  const { loadBalancers } = context.service;
  if (loadBalancers.length === 0) return;
  context.onDraining(task);
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, context.drainMsMax);
  const drained = loadBalancers.map(
    async ({ targetGroup, containerPort }) =>
      await context.targetWatch.drained(targetGroup, `${task.address}:${containerPort}`),
  );
  await Promise.race([Promise.all(drained), running.exited, over.promise]);
  clearTimeout(timer);
}

async function startSidecarOf(task: Task, context: TaskLifeContext): Promise<Sidecar | undefined> {
  const names = [...new Set(context.deployment.serviceConnectEndpoints.map((endpoint) => endpoint.dnsName))];
  if (context.startSidecar === undefined || names.length === 0) return undefined;
  const endpoints = context.deployment.serviceConnectEndpoints.map((endpoint) => ({
    ...endpoint,
    listenAddress: serviceConnectAddressOf(task.index, names.indexOf(endpoint.dnsName) + 1, context.addressOctet),
  }));
  return await context.startSidecar({ taskId: task.id, address: task.address, endpoints });
}
