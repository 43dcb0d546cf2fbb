/** The health of a target as ELBv2 reports it, and the runs of results that lead to the next change. */
export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';
  readonly reason?: string;
  readonly description?: string;
  readonly successes: number;
  readonly failures: number;
}

/** What one health check saw. `connected`: a TCP check that got through. */
export type Probe =
  | { readonly kind: 'connected' }
  | { readonly kind: 'response'; readonly statusCode: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed' };

export interface HealthThresholds {
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  readonly matches: (statusCode: number) => boolean;
}

const fresh = { successes: 0, failures: 0 };

export const knownHealth = {
  registered: {
    ...fresh,
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  notInUse: {
    ...fresh,
    state: 'unused',
    reason: 'Target.NotInUse',
    description: 'Target group is not configured to receive traffic from the load balancer',
  },
  notRegistered: {
    ...fresh,
    state: 'unused',
    reason: 'Target.NotRegistered',
    description: 'Target is not registered to the target group',
  },
  draining: {
    ...fresh,
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
    description: 'Target deregistration is in progress',
  },
  checksDisabled: {
    ...fresh,
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
    description: 'Health checks are disabled for this target group',
  },
} as const satisfies Record<string, TargetHealth>;

/**
 * The health after one more probe. A new target is in service with the first check that it passes; the thresholds count for every
 * later change. Source: Network Load Balancer user guide, "A registered target is not in service".
 */
export function observe(health: TargetHealth, probe: Probe, thresholds: HealthThresholds): TargetHealth {
  if (health.state !== 'initial' && health.state !== 'healthy' && health.state !== 'unhealthy') return health;
  const isPassed = probe.kind === 'connected' || (probe.kind === 'response' && thresholds.matches(probe.statusCode));
  if (isPassed) {
    const successes = health.successes + 1;
    const isBack = health.state !== 'unhealthy' || successes >= thresholds.healthyThresholdCount;
    return isBack ? { state: 'healthy', successes, failures: 0 } : { ...health, successes, failures: 0 };
  }
  const failures = health.failures + 1;
  if (health.state === 'unhealthy' || failures >= thresholds.unhealthyThresholdCount) {
    return { state: 'unhealthy', ...reasonOf(probe), successes: 0, failures };
  }
  if (health.state === 'healthy') return { state: 'healthy', successes: 0, failures };
  const reason = 'Elb.InitialHealthChecking';
  return { state: 'initial', reason, description: 'Initial health checks in progress', successes: 0, failures };
}

function reasonOf(probe: Probe): { readonly reason: string; readonly description: string } {
  if (probe.kind === 'timeout') return { reason: 'Target.Timeout', description: 'Request timed out' };
  if (probe.kind !== 'response') return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  const description = `Health checks failed with these codes: [${probe.statusCode}]`;
  return { reason: 'Target.ResponseCodeMismatch', description };
}

/** Compiles a matcher such as `200`, `200,202`, `200-299` or a mix of them. */
export function compileMatcher(matcher: string): (statusCode: number) => boolean {
  const ranges = matcher.split(',').map((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return { from: Number(from), to: Number(to) };
  });
  return (statusCode) => ranges.some(({ from, to }) => statusCode >= from && statusCode <= to);
}
