import { randomUUID } from 'node:crypto';
import type { Blueprint, Service } from '@switchyard/blueprint';
import type { ServiceState, Task } from '../core/state.ts';
import { classicGroup, targetRefsOf } from '../core/target-refs.ts';
import type { TargetRef, TargetState } from '../core/target-refs.ts';
import { combineHealth, taskHealthOf } from '../core/task-health.ts';
import type { HealthStatus, TaskHealth } from '../core/task-health.ts';
import type { EcsEvent } from '../events.ts';
import { newServiceState } from './places.ts';

const EVENTS_MAX = 100;
const STOPPED_TASKS_MAX = 100;

export interface RecordsOptions {
  readonly blueprint: Blueprint;
  readonly assumedHealthyAfterMs: number;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
}

/** What is known of services and tasks. The scheduler changes it; the ECS API and the metadata endpoint show it. */
export class Records {
  readonly services = new Map<string, ServiceState>();
  /** All tasks by id, the last stopped ones included. */
  readonly tasks = new Map<string, Task>();
  readonly #options: RecordsOptions;

  constructor(options: RecordsOptions) {
    this.#options = options;
    const { blueprint, now } = options;
    for (const service of blueprint.services) {
      this.services.set(service.name, newServiceState(blueprint, service, now()));
    }
  }

  /** A service's tasks that are not STOPPED. */
  tasksOf(service: string): Task[] {
    return [...this.tasks.values()].filter((task) => task.service === service && task.lastStatus !== 'STOPPED');
  }

  /** Adds to a service's events, and tells it. */
  say(name: string, message: string): void {
    const events = this.services.get(name)?.events;
    events?.unshift({ id: randomUUID(), createdAtMs: this.#options.now(), message });
    events?.splice(EVENTS_MAX);
    this.#options.onEvent({ kind: 'service', service: name, message });
  }

  /** A task's status from its containers' health checks; `undefined` when no essential container has one. */
  containerHealthOf(task: Task): HealthStatus | undefined {
    const checked = task.taskDefinition.containers.filter((each) => each.essential && each.healthCheck !== undefined);
    if (checked.length === 0) return undefined;
    return combineHealth(
      checked.map(({ name }) => task.containers.find((each) => each.name === name)?.health?.status ?? 'UNKNOWN'),
    );
  }

  healthOf(task: Task, { definition }: ServiceState): TaskHealth {
    const containers = this.containerHealthOf(task);
    const { startedAtMs } = task;
    return taskHealthOf(
      {
        ...(startedAtMs === undefined ? {} : { startedAtMs }),
        ...(containers === undefined ? {} : { containers }),
        targets: this.refsOf(task, definition).map(({ group }) => ({
          targetGroup: group,
          state: undefined,
          ...task.targets.get(group),
        })),
        gracePeriodMs: definition.healthCheckGracePeriodSeconds * 1000,
        assumedHealthyAfterMs: this.#options.assumedHealthyAfterMs,
      },
      this.#options.now(),
    );
  }

  /** Whether all the tasks that a service has are healthy, however few they are. */
  areTasksHealthy(service: ServiceState): boolean {
    return this.tasksOf(service.definition.name).every((task) => this.healthOf(task, service).state === 'healthy');
  }

  /** Notes what DescribeTargetHealth says of a group's targets; answers the services for which something changed. */
  noteTargets(targetGroup: string, states: ReadonlyMap<string, TargetState>): string[] {
    return this.#registeredIn(targetGroup).flatMap(({ definition }) => {
      const { name } = definition;
      const changed = this.tasksOf(name).filter((task) => {
        const ref = this.refsOf(task, definition).find(({ group }) => group === targetGroup);
        const state = ref && states.get(ref.key);
        if (state === undefined || state.state === task.targets.get(targetGroup)?.state) return false;
        task.targets.set(targetGroup, state);
        return true;
      });
      return changed.length > 0 ? [name] : [];
    });
  }

  /** Whether a task waits for its target in this group to become healthy. */
  awaits(targetGroup: string): boolean {
    return this.#registeredIn(targetGroup).some(({ definition }) =>
      this.tasksOf(definition.name).some(
        (task) =>
          task.startedAtMs !== undefined &&
          task.desiredStatus === 'RUNNING' &&
          task.targets.get(targetGroup)?.state !== 'healthy',
      ),
    );
  }

  /** Keeps the last stopped tasks only (ECS: those of the last hour). */
  forgetOldTasks(): void {
    const stopped = [...this.tasks.values()].filter((each) => each.lastStatus === 'STOPPED');
    for (const old of stopped.slice(0, -STOPPED_TASKS_MAX)) this.tasks.delete(old.id);
  }

  /** What a task is registered as in load balancers. */
  refsOf(task: Task, definition: Service): TargetRef[] {
    return targetRefsOf(task, definition, this.#options.blueprint.targetGroups);
  }

  #registeredIn(group: string): ServiceState[] {
    return [...this.services.values()].filter(({ definition: { loadBalancers, classicLoadBalancers = [] } }) => {
      const isBehind = loadBalancers.some(({ targetGroup }) => targetGroup === group);
      return isBehind || classicLoadBalancers.some(({ loadBalancer }) => classicGroup(loadBalancer) === group);
    });
  }
}
