import { DescribeTargetHealthCommand, paginateDescribeTargetGroups } from '@aws-sdk/client-elastic-load-balancing-v2';

import { allOf } from './all-of.ts';
import type { LabClient } from './lab-client.ts';

/** What a load balancer says of one target. */
export interface TargetState {
  /** Behind a Classic Load Balancer, which has none: the load balancer's name. */
  readonly targetGroup: string;
  readonly port: number;
  readonly state: string;
  readonly reason: string;
}

/** By address, or for targets that are instances by `instance:port`. */
export async function targetsByKey({ elb }: LabClient): Promise<Map<string, TargetState[]>> {
  const groups = await allOf(paginateDescribeTargetGroups({ client: elb }, {}), ({ TargetGroups }) => TargetGroups);
  const found = new Map<string, TargetState[]>();
  await Promise.all(
    groups.map(async ({ TargetGroupArn, TargetGroupName = '' }) => {
      const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      for (const { Target, TargetHealth } of TargetHealthDescriptions) {
        const { Id: id = '', Port: port = 0 } = Target ?? {};
        const key = id.startsWith('i-') ? `${id}:${port}` : id;
        const { State: state = '', Reason: reason = '' } = TargetHealth ?? {};
        found.set(key, [...(found.get(key) ?? []), { targetGroup: TargetGroupName, port, state, reason }]);
      }
    }),
  );
  return found;
}
