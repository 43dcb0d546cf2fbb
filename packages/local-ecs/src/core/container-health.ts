import type { HealthStatus } from './task-health.ts';

/**
 * A container's health check as a fold over its probes. Source: ECS API reference, HealthCheck; the semantics are Docker's
 * (a failure during the start period does not count; a success ends it).
 */
export interface ContainerHealth {
  readonly status: HealthStatus;
  readonly failures: number;
  readonly sinceMs: number;
}

export interface ContainerProbe {
  readonly passed: boolean;
  readonly atMs: number;
}

export function initialContainerHealth(startedAtMs: number): ContainerHealth {
  return { status: 'UNKNOWN', failures: 0, sinceMs: startedAtMs };
}

export function observeContainer(
  health: ContainerHealth,
  probe: ContainerProbe,
  check: { readonly retries: number; readonly startPeriodEndsAtMs: number },
): ContainerHealth {
  const change = (status: HealthStatus, failures: number): ContainerHealth => ({
    status,
    failures,
    sinceMs: status === health.status ? health.sinceMs : probe.atMs,
  });
  if (probe.passed) return change('HEALTHY', 0);
  if (health.status === 'UNKNOWN' && probe.atMs < check.startPeriodEndsAtMs) return health;
  const failures = health.failures + 1;
  return change(failures >= check.retries ? 'UNHEALTHY' : health.status, failures);
}
