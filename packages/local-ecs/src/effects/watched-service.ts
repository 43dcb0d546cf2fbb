import type { Blueprint } from '@switchyard/blueprint';
import { eventText } from '../core/event-text.ts';
import type { ServiceState, Task } from '../core/state.ts';
import { isLeaving } from '../core/task-status.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { Change } from '../core/watched.ts';
import type { EcsEvent } from '../events.ts';
import { ContainerWatch } from './container-watch.ts';
import { drainTask } from './draining.ts';
import { createObservedTask } from './observed-task.ts';
import type { ObservedTask } from './observed-task.ts';
import type { Places } from './places.ts';
import type { Records } from './records.ts';
import type { Registrations } from './registrations.ts';
import { TaskLife } from './task-life.ts';
import type { TargetWatch } from './target-watch.ts';

/** How soon a task that could not be registered is tried anew. */
const TRY_AGAIN_MS = 1000;

export interface WatchedServiceOptions {
  readonly blueprint: Blueprint;
  readonly state: ServiceState;
  readonly records: Records;
  readonly places: Places;
  readonly registrations: Registrations;
  readonly targetWatch: TargetWatch;
  readonly lookUp: () => Promise<readonly string[] | undefined>;
  /** What the engine calls the container at an address; `undefined`: not known. */
  readonly containerAt: (address: string) => Promise<string | undefined>;
  readonly intervalMs: number;
  /** What to say when the last container is gone. */
  readonly noContainer: string;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
}

interface Living {
  readonly task: Task;
  readonly life: TaskLife;
  readonly observed: ObservedTask;
}

/** One service whose containers something else starts and stops: each address that its name has is a task. */
export class WatchedService implements Disposable {
  readonly #options: WatchedServiceOptions;
  readonly #watch: ContainerWatch;
  /** The tasks whose containers are there, by address. */
  readonly #living = new Map<string, Living>();
  #hadTasks = false;

  constructor(options: WatchedServiceOptions) {
    this.#options = options;
    const { lookUp, intervalMs, state, blueprint } = options;
    const [first] = state.definition.loadBalancers;
    const group = blueprint.targetGroups.find(({ name }) => name === first?.targetGroup);
    this.#watch = new ContainerWatch({
      lookUp,
      intervalMs,
      health: { port: first?.containerPort ?? 80, path: group?.healthCheck.path ?? '/' },
      onChange: (change) => this.#follow(change),
    });
  }

  /** Looks for containers now, and from now on. */
  async look(): Promise<void> {
    await this.#watch.look();
  }

  /** The task whose container asks for something now. */
  async taskOfCaller(address: string): Promise<Task | undefined> {
    await this.#watch.noteCaller(address);
    return this.#living.get(address)?.task;
  }

  /** Call when something changed: says what ECS says when all there is is healthy. */
  settle(): void {
    const { state, records } = this.#options;
    const { name } = state.definition;
    const tasks = records.tasksOf(name);
    state.desiredCount = tasks.filter((task) => task.desiredStatus === 'RUNNING').length;
    const [primary] = state.deployments;
    const steady =
      tasks.length > 0 &&
      tasks.length === state.desiredCount &&
      tasks.every((task) => records.healthOf(task, state).state === 'healthy');
    if (steady && primary?.rolloutState === 'IN_PROGRESS') {
      primary.rolloutState = 'COMPLETED';
      primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
      records.say(name, eventText.deploymentCompleted(name, primary.id));
    }
    if (steady && !state.steady) records.say(name, eventText.steady(name));
    if (tasks.length === 0 && this.#hadTasks) records.say(name, eventText.unplaced(name, this.#options.noContainer));
    this.#hadTasks = tasks.length > 0;
    state.steady = steady;
  }

  /** Ends the watch. Takes the tasks out of everything, which {@link WatchedServiceOptions.signal} cuts short; their containers stay as they are. */
  async close(): Promise<void> {
    this[Symbol.dispose]();
    const living = [...this.#living.values()];
    // Nobody is to begin one of them anew.
    this.#living.clear();
    for (const { life, observed } of living) {
      life.stop({ code: 'UserInitiated', reason: 'The lab stops', drain: false });
      observed.giveUp();
    }
    await Promise.all(living.map(async ({ life }) => await life.done));
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  #follow({ kind, address }: Change): void {
    const living = this.#living.get(address);
    switch (kind) {
      case 'appeared':
        this.#begin(address);
        break;
      case 'listens':
        living?.observed.noteListening();
        break;
      case 'drains':
        living?.life.stop({ code: 'UserInitiated', reason: 'Its container was told to stop', drain: true });
        break;
      case 'gone':
        this.#living.delete(address);
        // Has no effect on a task that drained.
        living?.life.stop({
          code: 'EssentialContainerExited',
          reason: 'Essential container in task exited',
          drain: false,
        });
        living?.observed.noteGone();
    }
    this.settle();
  }

  #begin(address: string): void {
    const { state, records, places, now } = this.#options;
    const { name } = state.definition;
    const [deployment] = state.deployments;
    const siblings = records.tasksOf(name).filter((task) => task.desiredStatus === 'RUNNING');
    if (deployment === undefined) return;
    const placed = places.newTask(state, deployment, siblings, now());
    if (typeof placed === 'string') {
      records.say(name, placed);
      return;
    }
    // The container has its address already: of the place, the zone and the subnet hold.
    const task: Task = { ...placed, address, vpcAddress: address };
    const essential = task.taskDefinition.containers.find((container) => container.essential);
    const observed = createObservedTask(essential?.name ?? name, () => this.#watch.isServing(address));
    records.tasks.set(task.id, task);
    records.say(name, eventText.started(name, [task.id]));
    const life = this.#liveOf(task, observed);
    const living = { task, life, observed };
    this.#living.set(address, living);
    void this.#options.containerAt(address).then((found) => {
      if (found !== undefined) task.engineName = found;
    });
    void life.done.then(() => {
      places.release(placed);
      records.forgetOldTasks();
      this.#retry(address, living);
    });
  }

  /** A task ended while its container goes on: it could not be registered. */
  #retry(address: string, living: Living): void {
    const { signal } = this.#options;
    if (this.#living.get(address) !== living || signal.aborted) return;
    const timer = setTimeout(() => {
      if (this.#living.get(address) !== living) return;
      this.#begin(address);
      this.#living.get(address)?.observed.noteListening();
    }, TRY_AGAIN_MS);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  #liveOf(task: Task, observed: ObservedTask): TaskLife {
    const { state, registrations, blueprint, targetWatch, records, signal, now, onEvent } = this.#options;
    const [deployment] = state.deployments;
    if (deployment === undefined) throw new TypeError('A service has a deployment.');
    return new TaskLife(task, {
      service: state,
      deployment,
      addressOctet: 10,
      runner: { start: async () => await Promise.resolve(observed) },
      registrations,
      hosts: {},
      environmentOf: () => ({}),
      drained: async () => {
        records.say(task.service, eventText.draining(task.service, task.deploymentId, 1));
        await drainTask(task, state, blueprint, targetWatch);
      },
      now,
      onStatus: (each, from) => this.#tell(each, from),
      onHealth: () => this.settle(),
      onTrouble: (each, doing, error) => {
        if (doing === 'register') observed.giveUp();
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        onEvent({ kind: 'trouble', service: each.service, taskId: each.id, doing, reason });
      },
      onLog: () => {},
    });
  }

  #tell(task: Task, from: TaskStatus): void {
    const { records, onEvent } = this.#options;
    const { service, id: taskId, address, zone: availabilityZone, lastStatus: to } = task;
    if (isLeaving(to) && !isLeaving(from)) records.say(service, eventText.stopped(service, [taskId]));
    const reason = to === 'STOPPED' ? task.stoppedReason : undefined;
    onEvent({
      kind: 'task',
      service,
      taskId,
      address,
      availabilityZone,
      from,
      to,
      ...(reason === undefined ? {} : { reason }),
    });
    this.settle();
  }
}
