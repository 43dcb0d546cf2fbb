import { launchDelayMs, taskLimits } from './deployment-limits.ts';
import { chooseTaskToStop } from './placement.ts';
import type { PlacedTask } from './placement.ts';
import type { TaskHealth } from './task-health.ts';

/**
 * What the service scheduler does next, as a pure function of what there is.
 *
 * New tasks come first as far as `maximumPercent` has room; tasks of older deployments leave as new ones become healthy; without
 * room they leave first, down to `minimumHealthyPercent`. An unhealthy task leaves when its replacement is healthy, or when
 * there is no room for one. Sources: ECS API reference (DeploymentConfiguration), ECS developer guide (deployment-type-ecs).
 */
export interface ServiceView {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly primary: DeploymentView;
  /** Tasks that do not leave yet. */
  readonly tasks: readonly TaskView[];
}

export interface DeploymentView {
  readonly id: string;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  /** Tasks in a row that failed, and when the last one did. */
  readonly failures: number;
  readonly lastFailureAtMs: number;
}

export interface TaskView extends PlacedTask {
  readonly deploymentId: string;
  readonly health: TaskHealth;
}

export type Action =
  | { readonly kind: 'start'; readonly count: number }
  | { readonly kind: 'stop'; readonly taskId: string; readonly because: StopCause };

/** Why the scheduler stops a task. */
export type StopCause = 'unhealthy' | 'replaced-by-deployment' | 'scaled-in';

export interface Plan {
  readonly actions: readonly Action[];
  /** Everything desired is there and healthy, and nothing else. */
  readonly steady: boolean;
  /** Plan again then at the latest, without any other change. */
  readonly againAtMs?: number;
}

export function planService(service: ServiceView, nowMs: number): Plan {
  const { primary, tasks, desiredCount } = service;
  const { upper } = taskLimits(desiredCount, service);
  const own = tasks.filter((task) => task.deploymentId === primary.id);
  const usable = own.filter((task) => task.health.state !== 'unhealthy');
  const missing = primary.rolloutState === 'FAILED' ? 0 : Math.max(0, desiredCount - usable.length);
  const room = Math.max(0, upper - tasks.length);
  const startAtMs = primary.failures === 0 ? nowMs : primary.lastFailureAtMs + launchDelayMs(primary.failures);
  const count = nowMs >= startAtMs ? Math.min(missing, room) : 0;
  const stops = stopsOf(service, missing > room);
  const againAtMs = earliest([
    ...(missing > 0 && nowMs < startAtMs ? [startAtMs] : []),
    ...tasks.flatMap((task) => (task.health.state === 'pending' ? (task.health.againAtMs ?? []) : [])),
  ]);
  return {
    actions: [...(count > 0 ? [{ kind: 'start' as const, count }] : []), ...stops],
    steady:
      tasks.length === desiredCount &&
      own.length === desiredCount &&
      own.every((task) => task.health.state === 'healthy'),
    ...(againAtMs === undefined ? {} : { againAtMs }),
  };
}

function stopsOf(service: ServiceView, lacksRoom: boolean): Action[] {
  const { desiredCount, primary } = service;
  const { lower, upper } = taskLimits(desiredCount, service);
  let tasks = [...service.tasks];
  let healthy = tasks.filter((task) => task.health.state === 'healthy').length;
  const actions: Action[] = [];
  const stop = (task: TaskView, because: StopCause): void => {
    actions.push({ kind: 'stop', taskId: task.id, because });
    tasks = tasks.filter((other) => other !== task);
    if (task.health.state === 'healthy') healthy -= 1;
  };

  for (const task of tasks.filter((each) => each.health.state === 'unhealthy')) {
    if (lacksRoom || healthy >= desiredCount) stop(task, 'unhealthy');
  }
  if (primary.rolloutState !== 'FAILED') {
    const keep = upper > desiredCount ? desiredCount : lower;
    for (const task of oldestPending(tasks, primary.id)) {
      if (task.health.state !== 'healthy' || healthy - 1 >= keep) stop(task, 'replaced-by-deployment');
    }
  }
  for (;;) {
    // An unhealthy task does not count: the one that replaces it must not leave in its place.
    const own = tasks.filter((task) => task.deploymentId === primary.id && task.health.state !== 'unhealthy');
    if (own.length <= desiredCount) break;
    const unready = own.filter((task) => task.health.state !== 'healthy');
    const task = chooseTaskToStop(unready.length > 0 ? unready : own, own);
    if (task === undefined) break;
    stop(task, 'scaled-in');
  }
  return actions;
}

/** Tasks of older deployments, those that serve nothing yet first. */
function oldestPending(tasks: readonly TaskView[], primaryId: string): TaskView[] {
  const rank = (task: TaskView): number => (task.health.state === 'healthy' ? 1 : 0);
  return tasks
    .filter((task) => task.deploymentId !== primaryId)
    .toSorted((one, other) => rank(one) - rank(other) || one.createdAtMs - other.createdAtMs);
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}
