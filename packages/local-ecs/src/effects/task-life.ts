import type { ContainerRecord, Deployment, ServiceState, StopCode, Task } from '../core/state.ts';
import { noteExits, noteStarted, noteStopping } from '../core/task-record.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Sidecar, StartSidecar } from '../sidecar.ts';
import type { ContainerExit, RunningTask, TaskRunner } from '../task-runner.ts';
import { startHealthChecks } from './health-checks.ts';
import type { RegisteredTask } from './registered-task.ts';
import type { Registrations } from './registrations.ts';
import { startTaskSidecar } from './task-sidecar.ts';

export interface StopRequest {
  readonly code: StopCode;
  readonly reason: string;
  /** Wait until its targets have drained before SIGTERM. */
  readonly drain: boolean;
  /** At most this long from SIGTERM to SIGKILL, and no wait for anything before. */
  readonly timeoutMsMax?: number;
}

export interface TaskLifeContext {
  readonly service: ServiceState;
  readonly deployment: Deployment;
  readonly addressOctet: number;
  readonly runner: TaskRunner;
  readonly registrations: Registrations;
  readonly startSidecar?: StartSidecar;
  /** Names that every task knows, beside its aliases. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly environmentOf: (container: ContainerRecord) => Readonly<Record<string, string>>;
  /** Resolves when the task's targets have drained. */
  readonly drained: (task: Task) => Promise<void>;
  readonly now: () => number;
  readonly onStatus: (task: Task, from: TaskStatus, exit?: ContainerExit) => void;
  readonly onHealth: (task: Task) => void;
  readonly onTrouble: (task: Task, doing: string, error: unknown) => void;
  readonly onLog: (task: Task, container: string, stream: 'stdout' | 'stderr', line: string) => void;
}

/** What ended a task's service: a container's end, a request to stop, or that it could not be registered. */
type Outcome =
  | { readonly kind: 'exit'; readonly exit: ContainerExit }
  | { readonly kind: 'stop'; readonly request: StopRequest };

/** Leads a task through its life, from PROVISIONING to STOPPED. */
export class TaskLife {
  /** Resolves when the task is STOPPED. Never rejects. */
  readonly done: Promise<void>;
  readonly #task: Task;
  readonly #context: TaskLifeContext;
  readonly #stop = Promise.withResolvers<Outcome>();
  readonly #hurry = Promise.withResolvers<void>();
  #running: RunningTask | undefined;
  #joining: Promise<void> | undefined;
  #timeoutMsMax: number | undefined;

  constructor(task: Task, context: TaskLifeContext) {
    this.#task = task;
    this.#context = context;
    this.done = this.#live();
  }

  /** The first request decides; a later one can only make it quicker. */
  stop(request: StopRequest): void {
    this.#task.desiredStatus = 'STOPPED';
    this.#stop.resolve({ kind: 'stop', request });
    if (request.timeoutMsMax === undefined) return;
    this.#timeoutMsMax = request.timeoutMsMax;
    this.#hurry.resolve();
    if (this.#task.lastStatus === 'STOPPING') void this.#running?.stop(request.timeoutMsMax);
  }

  async #live(): Promise<void> {
    const task = this.#task;
    const context = this.#context;
    let sidecar: Sidecar | undefined;
    let exit: ContainerExit | undefined;
    try {
      this.#to('PENDING');
      sidecar = await startTaskSidecar(task, context.deployment, context.addressOctet, context.startSidecar);
      const running = await context.runner.start({
        id: task.id,
        service: task.service,
        taskDefinition: task.taskDefinition,
        address: task.address,
        ...(task.hostPorts === undefined ? {} : { hostPorts: task.hostPorts }),
        environment: Object.fromEntries(task.containers.map((each) => [each.name, context.environmentOf(each)])),
        hosts: { ...context.hosts, ...sidecar?.hosts },
        onLog: (container, stream, line) => context.onLog(task, container, stream, line),
      });
      this.#running = running;
      for (const container of task.containers) {
        const processId = running.processIds[container.name];
        if (processId !== undefined) container.processId = processId;
      }
      exit = await this.#serve(running);
    } catch (error) {
      task.stopCode = 'TaskFailedToStart';
      task.stoppedReason = messageOf(error);
    }
    task.desiredStatus = 'STOPPED';
    this.#to('DEPROVISIONING');
    await this.#attempt('stop the proxy of', async () => await sidecar?.[Symbol.asyncDispose]());
    task.stoppedAtMs = context.now();
    this.#to('STOPPED', exit);
  }

  /** From started containers to ended ones. Answers the exit that stopped the task. */
  async #serve(running: RunningTask): Promise<ContainerExit | undefined> {
    const { registrations } = this.#context;
    const exited = running.exited.then((exit): Outcome => ({ kind: 'exit', exit }));
    const left = Promise.race([exited, this.#stop.promise]);
    const early = await Promise.race([running.listening, left]);
    const registered: RegisteredTask = { ...this.#task, service: this.#context.service.definition };
    let registering = Promise.resolve();
    using checks = new DisposableStack();
    if (early === undefined) {
      this.#to('ACTIVATING');
      this.#noteStarted(running.silentPorts?.() ?? []);
      registering = this.#register(registered);
      const gone = await Promise.race([registering, left]);
      if (gone === undefined && this.#task.desiredStatus === 'RUNNING') {
        this.#watchHealth(registered, running, checks);
        this.#task.startedAtMs = this.#context.now();
        this.#to('RUNNING');
      }
    }
    const outcome = await left;
    checks.dispose();
    this.#noteStopping(outcome);
    const deregister = async (): Promise<void> => {
      await registering;
      await this.#joining;
      await this.#attempt('deregister', async () => await registrations.deregister(registered));
    };
    const deregistering = deregister();
    if (early === undefined && outcome.kind === 'stop') await this.#deactivate(outcome.request, running, deregistering);
    this.#to('STOPPING');
    const exits = await running.stop(this.#timeoutMsMax);
    noteExits(this.#task, exits, this.#context.now());
    await Promise.race([deregistering, this.#hurry.promise]);
    return outcome.kind === 'exit' ? outcome.exit : exits[0];
  }

  /** Out of the load balancers and Cloud Map first, then, unless somebody is in a hurry, until the targets have drained. */
  async #deactivate(request: StopRequest, running: RunningTask, deregistering: Promise<void>): Promise<void> {
    if (this.#timeoutMsMax !== undefined) return;
    this.#to('DEACTIVATING');
    const over = Promise.race([running.exited, this.#hurry.promise]);
    await Promise.race([deregistering, over]);
    if (request.drain) await Promise.race([this.#context.drained(this.#task), over]);
  }

  /** A task that cannot be registered is stopped, as ECS does: nobody would reach it. */
  async #register(registered: RegisteredTask): Promise<void> {
    try {
      await this.#context.registrations.register(registered);
    } catch (error) {
      this.#context.onTrouble(this.#task, 'register', error);
      const reason = `Task failed to register: ${messageOf(error)}`;
      this.stop({ code: 'TaskFailedToStart', reason, drain: false });
    }
  }

  /** Runs the health checks. Without any the task joins Service Connect at once (AWS: after a computed time, 8 minutes at most), else as soon as it is healthy. */
  #watchHealth(registered: RegisteredTask, running: RunningTask, checks: DisposableStack): void {
    const { registrations, now, onHealth } = this.#context;
    const join = (): void => {
      this.#joining ??= this.#attempt('join', async () => await registrations.joinServiceConnect(registered));
    };
    const hasChecks = startHealthChecks(this.#task, running, checks, now, (status) => {
      void this.#attempt('report the health of', async () => await registrations.reportHealth(registered, status));
      if (status === 'HEALTHY') join();
      onHealth(this.#task);
    });
    if (!hasChecks) join();
  }

  #to(status: TaskStatus, exit?: ContainerExit): void {
    const from = this.#task.lastStatus;
    this.#task.lastStatus = status;
    this.#context.onStatus(this.#task, from, exit);
  }

  #noteStarted(silentPorts: readonly number[]): void {
    for (const port of silentPorts) {
      const reason = `Nothing listens on port ${port} of the task's own address yet; a server on localhost alone can be reached by nobody else.`;
      this.#context.onTrouble(this.#task, 'await', new Error(reason));
    }
    noteStarted(this.#task, this.#context.now());
  }

  #noteStopping(outcome: Outcome): void {
    const now = this.#context.now();
    if (outcome.kind === 'stop') {
      noteStopping(this.#task, outcome.request.code, outcome.request.reason, now);
      return;
    }
    noteStopping(this.#task, 'EssentialContainerExited', 'Essential container in task exited', now);
    noteExits(this.#task, [outcome.exit], now);
  }

  async #attempt(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#context.onTrouble(this.#task, doing, error);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
