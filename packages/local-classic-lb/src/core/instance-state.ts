/** An instance as DescribeInstanceHealth reports it, and the runs of results that lead to the next change. */
export interface InstanceHealth {
  readonly state: 'InService' | 'OutOfService';
  readonly reasonCode: 'ELB' | 'Instance' | 'N/A';
  readonly description: string;
  readonly successes: number;
  readonly failures: number;
}

/** The texts of the classic ELB API reference, InstanceState. */
export const knownHealth = {
  registering: {
    state: 'OutOfService',
    reasonCode: 'ELB',
    description: 'Instance registration is still in progress.',
    successes: 0,
    failures: 0,
  },
  draining: {
    state: 'InService',
    reasonCode: 'N/A',
    description: 'Instance deregistration currently in progress.',
    successes: 0,
    failures: 0,
  },
  notRegistered: {
    state: 'OutOfService',
    reasonCode: 'Instance',
    description: 'Instance is not currently registered with the LoadBalancer.',
    successes: 0,
    failures: 0,
  },
} as const satisfies Record<string, InstanceHealth>;

const unhealthyText = 'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.';
const notYetText = 'Instance has not passed the configured HealthyThreshold number of health checks consecutively.';

/** The health after one more check. */
export function observe(
  health: InstanceHealth,
  isPassed: boolean,
  { healthyThreshold, unhealthyThreshold }: { readonly healthyThreshold: number; readonly unhealthyThreshold: number },
): InstanceHealth {
  const isNew = health.description === knownHealth.registering.description;
  if (isPassed) {
    const successes = health.successes + 1;
    const isBack = health.state === 'InService' || isNew || successes >= healthyThreshold;
    return isBack
      ? { state: 'InService', reasonCode: 'N/A', description: 'N/A', successes, failures: 0 }
      : { ...health, description: notYetText, successes, failures: 0 };
  }
  const failures = health.failures + 1;
  const isOut = failures >= unhealthyThreshold || (health.state === 'OutOfService' && !isNew);
  return isOut
    ? { state: 'OutOfService', reasonCode: 'Instance', description: unhealthyText, successes: 0, failures }
    : { ...health, successes: 0, failures };
}
