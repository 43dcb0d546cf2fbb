import { ecsDecisions } from './decisions.ts';

/**
 * How many tasks a service may have during a deployment, and when its circuit breaker opens.
 * Source: ECS API reference, DeploymentConfiguration and DeploymentCircuitBreaker.
 */

/** The most tasks that a service may desire. Source: ECS service quotas, "tasks per service". */
export const DESIRED_COUNT_MAX = 5000;

const BREAKER_THRESHOLD_MIN = 3;
const BREAKER_THRESHOLD_MAX = 200;

/** Tasks that must be healthy (rounded up) and tasks that may be running or pending (rounded down). */
export function taskLimits(
  desiredCount: number,
  percent: { readonly minimumHealthyPercent: number; readonly maximumPercent: number },
): { readonly lower: number; readonly upper: number } {
  return {
    lower: Math.ceil((desiredCount * percent.minimumHealthyPercent) / 100),
    upper: Math.floor((desiredCount * percent.maximumPercent) / 100),
  };
}

/** Failed tasks in a row after which a deployment has failed: half the desired count, but 3 at least and 200 at most. */
export function circuitBreakerThreshold(desiredCount: number): number {
  return Math.min(BREAKER_THRESHOLD_MAX, Math.max(BREAKER_THRESHOLD_MIN, Math.ceil(desiredCount / 2)));
}

/**
 * How long to wait, in milliseconds, before the next start after `failures` tasks in a row that failed. ECS throttles such
 * starts up to 27 minutes; here a corrected mistake shows soon. The first failure is replaced at once.
 */
export function launchDelayMs(failures: number): number {
  const { launchDelayMinMs, launchDelayMaxMs } = ecsDecisions;
  return failures < 2 ? 0 : Math.min(launchDelayMaxMs, launchDelayMinMs * 2 ** (failures - 2));
}
