import { DescribeInstanceHealthCommand, ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';

import type { LabClient } from './lab-client.ts';
import type { TargetState } from './targets.ts';

/** What Classic Load Balancers say of their instances, by instance id. */
export async function classicTargets(
  { options }: LabClient,
  loadBalancers: readonly string[],
): Promise<Map<string, TargetState[]>> {
  const client = new ElasticLoadBalancingClient(options);
  const found = new Map<string, TargetState[]>();
  try {
    for (const LoadBalancerName of loadBalancers) {
      const { InstanceStates = [] } = await client.send(new DescribeInstanceHealthCommand({ LoadBalancerName }));
      for (const { InstanceId = '', State = '', Description = '' } of InstanceStates) {
        const reason = Description === 'N/A' ? '' : Description;
        found.set(InstanceId, [
          ...(found.get(InstanceId) ?? []),
          { targetGroup: LoadBalancerName, port: 0, state: State, reason },
        ]);
      }
    }
    return found;
  } finally {
    client.destroy();
  }
}
