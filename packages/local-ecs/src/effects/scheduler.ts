import type { Blueprint, TaskDefinition } from '@switchyard/blueprint';
import { eventText } from '../core/event-text.ts';
import { planService } from '../core/plan.ts';
import type { Action, TaskView } from '../core/plan.ts';
import { countHealthy } from '../core/rollout.ts';
import type { Deployment, ServiceState, Task } from '../core/state.ts';
import { isLeaving } from '../core/task-status.ts';
import { timerMs } from '../core/timers.ts';
import type { EcsEvent } from '../events.ts';
import type { Places } from './places.ts';
import type { Records } from './records.ts';
import { Rollouts } from './rollouts.ts';
import type { StopRequest, TaskLife } from './task-life.ts';

export interface SchedulerOptions {
  readonly blueprint: Blueprint;
  readonly records: Records;
  readonly places: Places;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
  /** Begins a task's life. */
  readonly startTask: (task: Task, service: ServiceState, deployment: Deployment) => Life;
}

/** What the scheduler needs of a task's life. */
type Life = Pick<TaskLife, 'stop' | 'done'>;

/** Keeps the tasks as the services say: plans a service after every change, and does what the plan says. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #rollouts: Rollouts;
  readonly #lives = new Map<string, Life>();
  readonly #wakeUps = new Map<string, NodeJS.Timeout>();
  readonly #due = new Set<string>();
  readonly #watchers = new Set<() => void>();
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#rollouts = new Rollouts(options);
  }

  /** Plans a service again soon; any number of calls before that are one. */
  touch(name: string): void {
    if (this.#closed || this.#due.has(name)) return;
    this.#due.add(name);
    queueMicrotask(() => {
      this.#due.delete(name);
      const service = this.#options.records.services.get(name);
      if (service !== undefined && !this.#closed) this.#reconcile(service);
    });
  }

  /** Resolves when `isDone` holds; it is asked after every change. */
  async until(isDone: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (isDone()) resolve();
    };
    this.#watchers.add(watch);
    watch();
    await promise;
    this.#watchers.delete(watch);
  }

  /** Begins a new deployment of a service. */
  deploy(service: ServiceState, taskDefinition: TaskDefinition): void {
    this.#rollouts.begin(service, taskDefinition);
    this.touch(service.definition.name);
  }

  stopTask(taskId: string, request: StopRequest): void {
    this.#lives.get(taskId)?.stop(request);
  }

  /** Call after every step of a task's life. */
  taskMoved(task: Task, wasLeaving: boolean): void {
    const failed = task.stopCode === 'EssentialContainerExited' || task.stopCode === 'TaskFailedToStart';
    if (failed && isLeaving(task.lastStatus) && !wasLeaving) this.#rollouts.recordFailure(task);
    if (task.lastStatus === 'STOPPED') {
      this.#lives.delete(task.id);
      this.#options.places.release(task);
      this.#options.records.forgetOldTasks();
      // The ports that it had may be what others wait for.
      for (const [name, { unplaced }] of this.#options.records.services) if (unplaced !== undefined) this.touch(name);
    }
    this.touch(task.service);
  }

  /** Ends scheduling and stops every task without waiting for drains; resolves when all are STOPPED. */
  async close(timeoutMsMax: number): Promise<void> {
    this.#closed = true;
    for (const timer of this.#wakeUps.values()) clearTimeout(timer);
    for (const watch of this.#watchers) watch();
    const lives = [...this.#lives.values()];
    for (const life of lives) {
      life.stop({ code: 'UserInitiated', reason: 'The lab stops', drain: false, timeoutMsMax });
    }
    await Promise.all(lives.map(async (life) => await life.done));
  }

  #reconcile(service: ServiceState): void {
    const { name, deployment } = service.definition;
    const nowMs = this.#options.now();
    const present = this.#options.records.tasksOf(name);
    const views = present.flatMap((task) => this.#viewOf(task, service));
    const [primary] = service.deployments;
    if (primary === undefined) return;
    const plan = planService(
      {
        desiredCount: service.desiredCount,
        ...deployment,
        primary: { ...primary, failures: primary.failuresInARow },
        tasks: views,
      },
      nowMs,
    );
    this.#act(service, primary, plan.actions, views);
    if (plan.steady) service.unplaced = undefined;
    this.#rollouts.settle(service, primary, plan.steady);
    service.deployments = service.deployments.filter(
      (each, index) => index === 0 || present.some((task) => task.deploymentId === each.id),
    );
    clearTimeout(this.#wakeUps.get(name));
    if (plan.againAtMs !== undefined) {
      const delayMs = timerMs(Math.max(1, plan.againAtMs - nowMs));
      this.#wakeUps.set(
        name,
        setTimeout(() => this.touch(name), delayMs),
      );
    }
    for (const watch of this.#watchers) watch();
  }

  #viewOf(task: Task, service: ServiceState): TaskView | [] {
    if (task.desiredStatus === 'STOPPED' || isLeaving(task.lastStatus)) return [];
    const health = this.#options.records.healthOf(task, service);
    if (health.state === 'healthy' && !task.wasHealthy) {
      task.wasHealthy = true;
      const deployment = service.deployments.find((each) => each.id === task.deploymentId);
      if (deployment !== undefined) countHealthy(deployment);
    }
    return { ...task, health };
  }

  #act(service: ServiceState, primary: Deployment, actions: readonly Action[], views: readonly TaskView[]): void {
    const { records } = this.#options;
    const { name } = service.definition;
    const stopped: string[] = [];
    for (const action of actions) {
      if (action.kind === 'start') {
        const unhealthy = views.filter(({ health }) => health.state === 'unhealthy').map(({ id }) => id);
        this.#start(service, primary, action.count, new Set(unhealthy));
        continue;
      }
      const view = views.find((each) => each.id === action.taskId);
      const task = records.tasks.get(action.taskId);
      if (view === undefined || task === undefined) continue;
      stopped.push(task.id);
      const reason = this.#reasonOf(service, view);
      this.stopTask(task.id, { code: 'ServiceSchedulerInitiated', reason, drain: true });
      if (action.because !== 'unhealthy') continue;
      // It may have been one too many: then there is another deployment to plan for.
      this.#rollouts.recordFailure(task);
      this.touch(name);
    }
    if (stopped.length > 0) records.say(name, eventText.stopped(name, stopped));
  }

  /** Starts as many as find a place. Why one found none is said once, until all have found one, as ECS leaves out repeated events. */
  #start(service: ServiceState, deployment: Deployment, count: number, unhealthy: ReadonlySet<string>): void {
    const { places, records, now, startTask } = this.#options;
    const { name } = service.definition;
    const started: string[] = [];
    let refusal: string | undefined;
    while (started.length < count && refusal === undefined) {
      const siblings = records.tasksOf(name).filter((each) => each.desiredStatus === 'RUNNING');
      const task = places.newTask(service, deployment, siblings, now(), unhealthy);
      if (typeof task === 'string') {
        refusal = task;
      } else {
        records.tasks.set(task.id, task);
        this.#lives.set(task.id, startTask(task, service, deployment));
        started.push(task.id);
      }
    }
    if (started.length > 0) records.say(name, eventText.started(name, started));
    if (refusal !== undefined && refusal !== service.unplaced) records.say(name, refusal);
    service.unplaced = refusal;
  }

  /** The stopped reason in ECS's words. An unhealthy task's cause is an event of its own, too. */
  #reasonOf({ definition, deployments }: ServiceState, { id, health }: TaskView): string {
    const { records, blueprint } = this.#options;
    if (health.state !== 'unhealthy') return `Scaling activity initiated by (deployment ${deployments[0]?.id})`;
    if (health.cause === 'container') {
      records.say(definition.name, eventText.containerUnhealthy(definition.name, id));
      return 'Task failed container health checks';
    }
    const { targetGroup, description = 'Health checks failed' } = health.target;
    const { arn } = blueprint.targetGroups.find((each) => each.name === targetGroup) ?? { arn: targetGroup };
    const port = definition.loadBalancers.find((each) => each.targetGroup === targetGroup)?.containerPort ?? 0;
    records.say(definition.name, eventText.targetUnhealthy(definition.name, port, arn, description));
    return `Task failed ELB health checks in (target-group ${arn})`;
  }
}
