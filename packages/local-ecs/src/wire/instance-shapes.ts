import type { Blueprint } from '@switchyard/blueprint';
import type { ContainerInstance } from '../core/container-instance.ts';
import type { Task } from '../core/state.ts';

type Shape = Record<string, unknown>;

/** A container instance, with the ports that its tasks have of it. Source: botocore's service model of ECS. */
export function containerInstanceShape(instance: ContainerInstance, tasks: readonly Task[]): Shape {
  const own = tasks.filter((task) => task.instance === instance && task.lastStatus !== 'STOPPED');
  const ports = own.flatMap(({ hostPorts = {} }) => Object.values(hostPorts).map(String));
  const attributes = {
    'ecs.availability-zone': instance.zone,
    'ecs.instance-type': instance.instanceType,
    'ecs.os-type': 'linux',
    'ecs.subnet-id': instance.subnet,
  };
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    capacityProviderName: instance.capacityProvider,
    status: 'ACTIVE',
    agentConnected: true,
    version: 1,
    runningTasksCount: own.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: own.filter(({ lastStatus }) => lastStatus !== 'RUNNING').length,
    remainingResources: [],
    registeredResources: [{ name: 'PORTS', type: 'STRINGSET', stringSetValue: ports }],
    attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
    attachments: [],
    tags: [],
  };
}

export function capacityProviderShapes({ capacityProviders = [], autoScalingGroups = [] }: Blueprint): Shape[] {
  return capacityProviders.map((provider) => ({
    name: provider.name,
    status: 'ACTIVE',
    autoScalingGroupProvider: {
      autoScalingGroupArn: autoScalingGroups.find(({ name }) => name === provider.autoScalingGroup)?.name,
      managedScaling: { status: provider.managedScaling ? 'ENABLED' : 'DISABLED' },
      managedTerminationProtection: provider.managedTerminationProtection ? 'ENABLED' : 'DISABLED',
      managedDraining: provider.managedDraining ? 'ENABLED' : 'DISABLED',
    },
    tags: [],
  }));
}
