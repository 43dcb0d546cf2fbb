import type { Service, TargetGroup } from '@switchyard/blueprint';
import type { ContainerInstance } from './container-instance.ts';

/** What of a task load balancers and Cloud Map need to know. */
export interface PlacedTask {
  readonly address: string;
  /** On EC2 in bridge and host mode: whose address it shares. */
  readonly instance?: ContainerInstance;
  /** The instance's port by container port; absent: the same. */
  readonly hostPorts?: Readonly<Record<number, number>>;
}

/** A target as a load balancer knows it. */
export interface TargetRef {
  /** A target group's name, or {@link classicGroup}. */
  readonly group: string;
  readonly containerPort: number;
  /** An address, or an instance's id. */
  readonly id: string;
  /** Of the target; a Classic Load Balancer knows instances only. */
  readonly port: number | undefined;
  /** As the load balancer tells them apart: `id:port`, or the instance's id. */
  readonly key: string;
}

/** As DescribeTargetHealth reports a target. */
export interface TargetState {
  readonly state: string;
  readonly description?: string;
}

/** Stands for a Classic Load Balancer where target groups are named. */
export function classicGroup(loadBalancer: string): string {
  return `classic:${loadBalancer}`;
}

/** Where a container's port is found from outside of the task. */
export function hostPortOf({ hostPorts }: PlacedTask, containerPort: number): number {
  return hostPorts?.[containerPort] ?? containerPort;
}

export function launchTypeOf({ instance }: PlacedTask): 'FARGATE' | 'EC2' {
  return instance === undefined ? 'FARGATE' : 'EC2';
}

/** What a task of a service is registered as. */
export function targetRefsOf(
  task: PlacedTask,
  { loadBalancers, classicLoadBalancers = [] }: Pick<Service, 'loadBalancers' | 'classicLoadBalancers'>,
  groups: readonly Pick<TargetGroup, 'name' | 'targetType'>[],
): TargetRef[] {
  const instanceId = task.instance?.ec2InstanceId;
  const inGroups = loadBalancers.map(({ targetGroup, containerPort }): TargetRef => {
    const isInstance = groups.find(({ name }) => name === targetGroup)?.targetType === 'instance';
    const id = isInstance && instanceId !== undefined ? instanceId : task.address;
    const port = hostPortOf(task, containerPort);
    return { group: targetGroup, containerPort, id, port, key: `${id}:${port}` };
  });
  const classic = classicLoadBalancers.map(({ loadBalancer, containerPort }): TargetRef => {
    const id = instanceId ?? task.address;
    return { group: classicGroup(loadBalancer), containerPort, id, port: undefined, key: id };
  });
  return [...inGroups, ...classic];
}
