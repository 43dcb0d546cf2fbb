import type { Service } from '@switchyard/blueprint';
import { circuitBreakerThreshold } from './deployment-limits.ts';
import type { Deployment, ServiceState } from './state.ts';

/** Failures in a row after which ECS says that a service cannot start tasks consistently. */
const IMPAIRED_AFTER = 3;

/** What a failed task means for its deployment. */
export interface FailureOutcome {
  /** To be said now: it has just become one. */
  readonly becameImpaired: boolean;
  /** The circuit breaker opens. */
  readonly breaks: boolean;
}

/** Counts a failed task. Source: ECS developer guide, "deployment circuit breaker": failures in a row since a healthy task. */
export function countFailure(
  deployment: Deployment,
  service: { readonly definition: Pick<Service, 'deployment'>; readonly desiredCount: number },
  nowMs: number,
): FailureOutcome {
  deployment.failedTasks += 1;
  deployment.failuresInARow += 1;
  deployment.lastFailureAtMs = nowMs;
  const becameImpaired = !deployment.impaired && deployment.failuresInARow >= IMPAIRED_AFTER;
  deployment.impaired ||= becameImpaired;
  const { enable } = service.definition.deployment.circuitBreaker;
  const isOver = deployment.failuresInARow >= circuitBreakerThreshold(service.desiredCount);
  return { becameImpaired, breaks: enable && isOver && deployment.rolloutState === 'IN_PROGRESS' };
}

/** Starts the count anew: a task of the deployment became healthy. */
export function countHealthy(deployment: Deployment): void {
  deployment.failuresInARow = 0;
  deployment.impaired = false;
}

/** Whether a service cannot get its tasks to start: the breaker opened or, without one, it keeps failing. */
export function isStuck({ deployments: [primary], definition }: ServiceState): boolean {
  if (primary === undefined) return false;
  return primary.rolloutState === 'FAILED' || (primary.impaired && !definition.deployment.circuitBreaker.enable);
}
