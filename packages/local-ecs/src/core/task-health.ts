/**
 * When a task counts as healthy. Source: ECS API reference, DeploymentConfiguration.minimumHealthyPercent, and
 * healthCheckGracePeriodSeconds.
 */
export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** A target as DescribeTargetHealth reports it; `undefined` state: not (yet) reported. */
export interface TargetView {
  readonly targetGroup: string;
  readonly state: string | undefined;
  readonly description?: string;
}

export interface TaskHealthFacts {
  /** When it reached RUNNING; absent before. */
  readonly startedAtMs?: number;
  /** The task's container health; absent when no essential container has a health check. */
  readonly containers?: HealthStatus;
  readonly targets: readonly TargetView[];
  readonly gracePeriodMs: number;
  /** How long a task without any check must run to count as healthy. */
  readonly assumedHealthyAfterMs: number;
}

/** `pending`: neither counts as healthy nor is replaced. `againAtMs`: when time alone may change the answer. */
export type TaskHealth =
  | { readonly state: 'healthy' }
  | { readonly state: 'pending'; readonly againAtMs?: number }
  | { readonly state: 'unhealthy'; readonly cause: 'container' }
  | { readonly state: 'unhealthy'; readonly cause: 'target'; readonly target: TargetView };

export function taskHealthOf(facts: TaskHealthFacts, nowMs: number): TaskHealth {
  const { startedAtMs, containers, targets } = facts;
  if (startedAtMs === undefined) return { state: 'pending' };
  const graceEndsAtMs = startedAtMs + facts.gracePeriodMs;
  const failing = targets.find((target) => target.state === 'unhealthy');
  if (containers === 'UNHEALTHY' || failing !== undefined) {
    if (nowMs < graceEndsAtMs) return { state: 'pending', againAtMs: graceEndsAtMs };
    if (failing === undefined) return { state: 'unhealthy', cause: 'container' };
    return { state: 'unhealthy', cause: 'target', target: failing };
  }
  if (containers === undefined && targets.length === 0) {
    const healthyAtMs = startedAtMs + facts.assumedHealthyAfterMs;
    return nowMs < healthyAtMs ? { state: 'pending', againAtMs: healthyAtMs } : { state: 'healthy' };
  }
  const isHealthy = containers !== 'UNKNOWN' && targets.every((target) => target.state === 'healthy');
  return { state: isHealthy ? 'healthy' : 'pending' };
}

/** A task's health from its essential containers': any UNHEALTHY, else any UNKNOWN, else HEALTHY; none: UNKNOWN. */
export function combineHealth(essential: readonly HealthStatus[]): HealthStatus {
  if (essential.includes('UNHEALTHY')) return 'UNHEALTHY';
  return essential.length === 0 || essential.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}
