/** The health of a target as ELBv2 reports it, and the runs of results that lead to the next change. */
export interface TargetHealth {
  readonly state: TargetState;
  readonly reason?: string;
  readonly description?: string;
  /** Consecutive results of the last probes; one of them is 0. */
  readonly successes: number;
  readonly failures: number;
}

type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

/** What one health check saw. */
export type Probe =
  | { readonly kind: 'response'; readonly statusCode: number }
  | { readonly kind: 'timeout' }
  /** No connection, or no readable response. */
  | { readonly kind: 'failed' };

export interface HealthThresholds {
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
  readonly matches: (statusCode: number) => boolean;
}

export const REGISTERED: TargetHealth = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
  successes: 0,
  failures: 0,
};

export const NOT_IN_USE: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
  successes: 0,
  failures: 0,
};

export const NOT_REGISTERED: TargetHealth = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
  successes: 0,
  failures: 0,
};

export const DRAINING: TargetHealth = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
  successes: 0,
  failures: 0,
};

export const CHECKS_DISABLED: TargetHealth = {
  state: 'unavailable',
  reason: 'Target.HealthCheckDisabled',
  description: 'Health checks are disabled for this target group',
  successes: 0,
  failures: 0,
};

/**
 * The health after one more probe. A target in its initial checks becomes healthy with its first success; the thresholds
 * count for every later change (and for the change from initial to unhealthy).
 */
export function observe(health: TargetHealth, probe: Probe, thresholds: HealthThresholds): TargetHealth {
  if (health.state !== 'initial' && health.state !== 'healthy' && health.state !== 'unhealthy') return health;
  if (probe.kind === 'response' && thresholds.matches(probe.statusCode)) {
    const successes = health.successes + 1;
    const recovered = health.state === 'initial' || successes >= thresholds.healthyThresholdCount;
    if (health.state === 'healthy' || recovered) return { state: 'healthy', successes, failures: 0 };
    return { ...health, successes, failures: 0 };
  }
  const failures = health.failures + 1;
  if (health.state === 'unhealthy' || failures >= thresholds.unhealthyThresholdCount) {
    return { state: 'unhealthy', ...reasonOf(probe), successes: 0, failures };
  }
  if (health.state === 'healthy') return { state: 'healthy', successes: 0, failures };
  return {
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
    description: 'Initial health checks in progress',
    successes: 0,
    failures,
  };
}

function reasonOf(probe: Probe): { readonly reason: string; readonly description: string } {
  switch (probe.kind) {
    case 'response':
      return {
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${probe.statusCode}]`,
      };
    case 'timeout':
      return { reason: 'Target.Timeout', description: 'Request timed out' };
    default:
      return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}

/** Compiles a matcher such as `200`, `200,202`, `200-299` or a mix of them. */
export function compileMatcher(matcher: string): (statusCode: number) => boolean {
  const ranges = matcher.split(',').map((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return { from: Number(from), to: Number(to) };
  });
  return (statusCode) => ranges.some(({ from, to }) => statusCode >= from && statusCode <= to);
}
