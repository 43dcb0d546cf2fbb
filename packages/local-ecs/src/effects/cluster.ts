import { randomUUID } from 'node:crypto';
import type { Blueprint, Service, TaskDefinition } from '@switchyard/blueprint';
import { circuitBreakerThreshold } from '../core/deployment-limits.ts';
import { eventText } from '../core/event-text.ts';
import { planService } from '../core/plan.ts';
import type { Action, TaskView } from '../core/plan.ts';
import type { RolloutState } from '../core/state.ts';
import { combineHealth, taskHealthOf } from '../core/task-health.ts';
import type { HealthStatus, TaskHealth } from '../core/task-health.ts';
import { isLeaving } from '../core/task-status.ts';
import type { EcsEvent } from '../events.ts';
import { newDeployment, newServiceState } from './records.ts';
import type { Places, ServiceState } from './records.ts';
import type { TargetState } from './target-watch.ts';
import type { Deployment, StopRequest, Task, TaskLife } from './task-life.ts';

const EVENTS_MAX = 100;
const STOPPED_TASKS_MAX = 100;
/** Failures in a row after which ECS says that a service cannot start tasks consistently. */
const IMPAIRED_AFTER = 3;

export interface ClusterOptions {
  readonly blueprint: Blueprint;
  readonly places: Places;
  readonly assumedHealthyAfterMs: number;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
  /** Begins a task's life. */
  readonly startTask: (task: Task, service: Service, deployment: Deployment) => TaskLife;
}

/** The services and tasks, and the scheduler that keeps the latter as the former say. */
export class Cluster {
  readonly services = new Map<string, ServiceState>();
  /** All tasks, the last stopped ones included. */
  readonly tasks = new Map<string, Task>();
  readonly #lives = new Map<string, TaskLife>();
  readonly #options: ClusterOptions;
  readonly #wakeUps = new Map<string, NodeJS.Timeout>();
  readonly #due = new Set<string>();
  readonly #watchers = new Set<() => void>();
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    const { blueprint, now } = options;
    for (const service of blueprint.services)
      this.services.set(service.name, newServiceState(blueprint, service, now()));
  }

  /** Plans a service again soon; any number of calls before that are one. */
  touch(name: string): void {
    if (this.#closed || this.#due.has(name)) return;
    this.#due.add(name);
    queueMicrotask(() => {
      this.#due.delete(name);
      const service = this.services.get(name);
      if (service !== undefined && !this.#closed) this.#reconcile(service);
    });
  }

  /** Resolves when `isDone` holds; it is asked after every change. */
  async until(isDone: () => boolean): Promise<void> {
    if (isDone()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (!isDone()) return;
      this.#watchers.delete(watch);
      resolve();
    };
    this.#watchers.add(watch);
    await promise;
  }

  /** Asks everybody who waits for something whether it has come. */
  tell(): void {
    for (const watch of this.#watchers) watch();
  }

  /** Whether a service cannot get its tasks to start: the breaker opened or, without one, it keeps failing. */
  isStuck(service: ServiceState): boolean {
    const [primary] = service.deployments;
    if (primary === undefined) return false;
    return (
      primary.rolloutState === 'FAILED' || (primary.impaired && !service.definition.deployment.circuitBreaker.enable)
    );
  }

  /** Notes what DescribeTargetHealth says of a group's targets. */
  noteTargets(targetGroup: string, states: ReadonlyMap<string, TargetState>): void {
    for (const service of this.services.values()) {
      const registration = service.definition.loadBalancers.find((each) => each.targetGroup === targetGroup);
      if (registration === undefined) continue;
      let changed = false;
      for (const task of this.tasksOf(service.definition.name)) {
        const state = states.get(`${task.address}:${registration.containerPort}`);
        if (state === undefined || state.state === task.targets.get(targetGroup)?.state) continue;
        task.targets.set(targetGroup, state);
        changed = true;
      }
      if (changed) this.touch(service.definition.name);
    }
  }

  /** Whether a task waits for its target in this group to become healthy. */
  awaits(targetGroup: string): boolean {
    return [...this.services.values()].some(
      (service) =>
        service.definition.loadBalancers.some((each) => each.targetGroup === targetGroup) &&
        this.tasksOf(service.definition.name).some(
          (task) =>
            task.startedAtMs !== undefined &&
            task.desiredStatus === 'RUNNING' &&
            task.targets.get(targetGroup)?.state !== 'healthy',
        ),
    );
  }

  tasksOf(service: string): Task[] {
    return [...this.tasks.values()].filter((task) => task.service === service && task.lastStatus !== 'STOPPED');
  }

  containerHealthOf(task: Task): HealthStatus | undefined {
    const checked = task.taskDefinition.containers.filter((each) => each.essential && each.healthCheck !== undefined);
    if (checked.length === 0) return undefined;
    return combineHealth(
      checked.map(({ name }) => task.containers.find((each) => each.name === name)?.health?.status ?? 'UNKNOWN'),
    );
  }

  healthOf(task: Task, service: ServiceState): TaskHealth {
    const containers = this.containerHealthOf(task);
    const { startedAtMs } = task;
    return taskHealthOf(
      {
        ...(startedAtMs === undefined ? {} : { startedAtMs }),
        ...(containers === undefined ? {} : { containers }),
        targets: service.definition.loadBalancers.map(({ targetGroup }) => {
          const target = task.targets.get(targetGroup);
          return {
            targetGroup,
            state: target?.state,
            ...(target?.description === undefined ? {} : { description: target.description }),
          };
        }),
        gracePeriodMs: service.definition.healthCheckGracePeriodSeconds * 1000,
        assumedHealthyAfterMs: this.#options.assumedHealthyAfterMs,
      },
      this.#options.now(),
    );
  }

  say(service: ServiceState, message: string): void {
    service.events.unshift({ id: randomUUID(), createdAtMs: this.#options.now(), message });
    service.events.splice(EVENTS_MAX);
    this.#options.onEvent({ kind: 'service', service: service.definition.name, message });
  }

  /** A new primary deployment; what was primary becomes active until its tasks are gone. */
  deploy(service: ServiceState, taskDefinition: TaskDefinition): Deployment {
    const { blueprint, now } = this.#options;
    const deployment = newDeployment(blueprint, service.definition, taskDefinition, now());
    service.deployments.unshift(deployment);
    service.steady = false;
    this.#tellDeployment(service, deployment);
    return deployment;
  }

  stopTask(taskId: string, request: StopRequest): void {
    this.#lives.get(taskId)?.stop(request);
  }

  /** Call when a task reached STOPPED: its place is free and it may be replaced. */
  settleStopped(task: Task): void {
    this.#lives.delete(task.id);
    this.#options.places.release(task);
    const stopped = [...this.tasks.values()].filter((each) => each.lastStatus === 'STOPPED');
    for (const old of stopped.slice(0, -STOPPED_TASKS_MAX)) this.tasks.delete(old.id);
  }

  /** Counts a task that failed; opens the circuit breaker when it was one too many. */
  recordFailure(task: Task): void {
    const service = this.services.get(task.service);
    const deployment = service?.deployments.find((each) => each.id === task.deploymentId);
    if (service === undefined || deployment === undefined) return;
    deployment.failedTasks += 1;
    deployment.failuresInARow += 1;
    deployment.lastFailureAtMs = this.#options.now();
    if (deployment.failuresInARow >= IMPAIRED_AFTER && !deployment.impaired) {
      deployment.impaired = true;
      this.say(service, eventText.impaired(task.service));
    }
    const { circuitBreaker } = service.definition.deployment;
    const isTripped = deployment.failuresInARow >= circuitBreakerThreshold(service.desiredCount);
    if (deployment.rolloutState === 'IN_PROGRESS' && circuitBreaker.enable && isTripped)
      this.#fail(service, deployment);
  }

  /** Ends scheduling and stops every task without waiting for drains; resolves when all are STOPPED. */
  async close(timeoutMsMax: number): Promise<void> {
    this.#closed = true;
    for (const timer of this.#wakeUps.values()) clearTimeout(timer);
    const lives = [...this.#lives.values()];
    for (const life of lives) {
      life.stop({ code: 'UserInitiated', reason: 'The lab stops', drain: false, timeoutMsMax });
    }
    await Promise.all(lives.map(async (life) => await life.done));
  }

  #reconcile(service: ServiceState): void {
    const { name } = service.definition;
    const nowMs = this.#options.now();
    const leaving = this.tasksOf(name);
    const views = leaving.flatMap((task) => this.#viewOf(task, service));
    const [primary] = service.deployments;
    if (primary === undefined) return;
    const plan = planService(
      {
        desiredCount: service.desiredCount,
        ...service.definition.deployment,
        primary: { ...primary, failures: primary.failuresInARow },
        tasks: views,
      },
      nowMs,
    );
    this.#act(service, primary, plan.actions, views);
    this.#settle(service, primary, plan.steady);
    service.deployments = service.deployments.filter(
      (each) => each === service.deployments[0] || leaving.some((task) => task.deploymentId === each.id),
    );
    clearTimeout(this.#wakeUps.get(name));
    if (plan.againAtMs !== undefined) {
      this.#wakeUps.set(
        name,
        setTimeout(() => this.touch(name), Math.max(1, plan.againAtMs - nowMs)),
      );
    }
    this.tell();
  }

  #viewOf(task: Task, service: ServiceState): TaskView | [] {
    if (task.desiredStatus === 'STOPPED' || isLeaving(task.lastStatus)) return [];
    const health = this.healthOf(task, service);
    if (health.state === 'healthy' && !task.wasHealthy) {
      task.wasHealthy = true;
      const deployment = service.deployments.find((each) => each.id === task.deploymentId);
      if (deployment !== undefined) Object.assign(deployment, { failuresInARow: 0, impaired: false });
    }
    return { ...task, health };
  }

  #act(service: ServiceState, primary: Deployment, actions: readonly Action[], views: readonly TaskView[]): void {
    const { name } = service.definition;
    const stopped: string[] = [];
    for (const action of actions) {
      if (action.kind === 'start') {
        const started = Array.from({ length: action.count }, () => this.#start(service, primary)).flat();
        if (started.length > 0) this.say(service, eventText.started(name, started));
        continue;
      }
      const view = views.find((each) => each.id === action.taskId);
      const task = this.tasks.get(action.taskId);
      if (view === undefined || task === undefined) continue;
      stopped.push(task.id);
      this.stopTask(task.id, {
        code: 'ServiceSchedulerInitiated',
        reason: this.#reasonOf(service, view, task),
        drain: true,
      });
      if (action.because === 'unhealthy') this.recordFailure(task);
    }
    if (stopped.length > 0) this.say(service, eventText.stopped(name, stopped));
  }

  #start(service: ServiceState, deployment: Deployment): string[] {
    const { places, now } = this.#options;
    const task = places.newTask(service, deployment, this.tasksOf(service.definition.name), now());
    if (typeof task === 'string') {
      this.say(service, eventText.unplaced(service.definition.name, task));
      return [];
    }
    this.tasks.set(task.id, task);
    this.#lives.set(task.id, this.#options.startTask(task, service.definition, deployment));
    return [task.id];
  }

  /** The stopped reason, in ECS's words; an unhealthy task's cause is an event of its own, too. */
  #reasonOf(service: ServiceState, view: TaskView, task: Task): string {
    const { definition } = service;
    if (view.health.state !== 'unhealthy')
      return `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`;
    if (view.health.cause === 'container') {
      this.say(service, eventText.containerUnhealthy(definition.name, task.id));
      return 'Task failed container health checks';
    }
    const { target } = view.health;
    const { arn } = this.#options.blueprint.targetGroups.find((each) => each.name === target.targetGroup) ?? {
      arn: target.targetGroup,
    };
    const port = definition.loadBalancers.find((each) => each.targetGroup === target.targetGroup)?.containerPort ?? 0;
    this.say(
      service,
      eventText.targetUnhealthy(definition.name, port, arn, target.description ?? 'Health checks failed'),
    );
    return `Task failed ELB health checks in (target-group ${arn})`;
  }

  #settle(service: ServiceState, primary: Deployment, steady: boolean): void {
    if (!steady || primary !== service.deployments[0]) {
      service.steady = false;
      return;
    }
    const { name } = service.definition;
    if (primary.rolloutState === 'IN_PROGRESS') {
      this.#roll(service, primary, 'COMPLETED', `ECS deployment ${primary.id} completed.`);
      this.say(service, eventText.deploymentCompleted(name, primary.id));
    }
    if (!service.steady) this.say(service, eventText.steady(name));
    service.steady = true;
  }

  #fail(service: ServiceState, deployment: Deployment): void {
    const { name, deployment: configuration } = service.definition;
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    const last = service.deployments.find((each) => each !== deployment && each.rolloutState === 'COMPLETED');
    const rollsBack = configuration.circuitBreaker.rollback && last !== undefined;
    this.say(service, eventText.deploymentFailed(name, deployment.id));
    if (!rollsBack) {
      this.#roll(service, deployment, 'FAILED', reason);
      return;
    }
    const back = this.deploy(service, last.taskDefinition);
    this.#roll(service, deployment, 'FAILED', `${reason} Rolling back to deployment ${back.id}.`);
    this.say(service, eventText.rollingBack(name, back.id));
    this.touch(name);
  }

  #roll(service: ServiceState, deployment: Deployment, rolloutState: RolloutState, reason: string): void {
    Object.assign(deployment, { rolloutState, rolloutStateReason: reason, updatedAtMs: this.#options.now() });
    this.#tellDeployment(service, deployment);
  }

  #tellDeployment(service: ServiceState, deployment: Deployment): void {
    this.#options.onEvent({
      kind: 'deployment',
      service: service.definition.name,
      deploymentId: deployment.id,
      rolloutState: deployment.rolloutState,
      reason: deployment.rolloutStateReason,
    });
  }
}
