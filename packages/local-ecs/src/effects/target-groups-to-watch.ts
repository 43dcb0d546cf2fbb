import type { Blueprint } from '@switchyard/blueprint';
import { classicGroup } from '../core/target-refs.ts';
import type { TargetState } from '../core/target-refs.ts';
import type { AwsClients, ClassicClient } from './aws-clients.ts';
import type { WatchedGroup } from './target-watch.ts';

export interface GroupsOptions {
  readonly blueprint: Blueprint;
  readonly clients: () => Promise<AwsClients>;
  readonly classic: () => Promise<ClassicClient>;
  readonly signal: AbortSignal;
}

/** Everything that says how targets are: target groups, and Classic Load Balancers by {@link classicGroup}. */
export function watchedGroupsOf({ blueprint, clients, classic, signal }: GroupsOptions): WatchedGroup[] {
  const groups = blueprint.targetGroups.map(({ name, arn }): WatchedGroup => ({
    name,
    async states() {
      const { elb, Elb } = await clients();
      const command = new Elb.DescribeTargetHealthCommand({ TargetGroupArn: arn });
      const { TargetHealthDescriptions = [] } = await elb.send(command, { abortSignal: signal });
      return new Map(
        TargetHealthDescriptions.map(({ Target, TargetHealth }) => [
          `${Target?.Id}:${Target?.Port}`,
          {
            state: TargetHealth?.State ?? 'initial',
            ...(TargetHealth?.Description === undefined ? {} : { description: TargetHealth.Description }),
          },
        ]),
      );
    },
  }));
  const classics = (blueprint.classicLoadBalancers ?? []).map(({ name }): WatchedGroup => ({
    name: classicGroup(name),
    async states() {
      const { elb, Elb } = await classic();
      const command = new Elb.DescribeInstanceHealthCommand({ LoadBalancerName: name });
      const { InstanceStates = [] } = await elb.send(command, { abortSignal: signal });
      return new Map(
        InstanceStates.map(({ InstanceId, State, Description = '' }) => [
          InstanceId ?? '',
          targetStateOf(State, Description),
        ]),
      );
    },
  }));
  return [...groups, ...classics];
}

/** What a Classic Load Balancer says of an instance, in a target group's words. */
function targetStateOf(state: string | undefined, description: string): TargetState {
  if (description.includes('deregistration')) return { state: 'draining' };
  if (state === 'InService') return { state: 'healthy' };
  return { state: description.includes('registration is still') ? 'initial' : 'unhealthy', description };
}
