import type { Blueprint, Cluster as BlueprintCluster, Service } from '@switchyard/blueprint';
import { isLeaving } from '../core/task-status.ts';
import type { Deployment, ServiceState, Task } from '../core/state.ts';
import { seconds } from './time.ts';

/** The ECS API's output shapes. Source: botocore's service model of ECS. */
type Shape = Record<string, unknown>;

export function clusterShape(
  cluster: BlueprintCluster,
  tasks: readonly Task[],
  services: number,
  instances: number,
): Shape {
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: instances,
    runningTasksCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: pending(tasks).length,
    activeServicesCount: services,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: ['FARGATE', ...(cluster.capacityProviders ?? [])],
    defaultCapacityProviderStrategy: [],
    ...(cluster.serviceConnectNamespace === undefined
      ? {}
      : { serviceConnectDefaults: { namespace: cluster.serviceConnectNamespace } }),
  };
}

export function serviceShape(service: ServiceState, tasks: readonly Task[], blueprint: Blueprint): Shape {
  const { definition } = service;
  return {
    serviceArn: definition.arn,
    serviceName: definition.name,
    clusterArn: blueprint.clusters.find((each) => each.name === definition.cluster)?.arn,
    status: 'ACTIVE',
    desiredCount: service.desiredCount,
    runningCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingCount: pending(tasks).length,
    ...capacityShape(definition, 'LATEST'),
    taskDefinition: service.deployments[0]?.taskDefinition.arn,
    schedulingStrategy: definition.schedulingStrategy,
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: {
      deploymentCircuitBreaker: definition.deployment.circuitBreaker,
      maximumPercent: definition.deployment.maximumPercent,
      minimumHealthyPercent: definition.deployment.minimumHealthyPercent,
      strategy: 'ROLLING',
    },
    loadBalancers: [
      ...definition.loadBalancers.map(({ targetGroup, containerName, containerPort }) => ({
        targetGroupArn: blueprint.targetGroups.find((each) => each.name === targetGroup)?.arn ?? targetGroup,
        containerName,
        containerPort,
      })),
      ...(definition.classicLoadBalancers ?? []).map(({ loadBalancer, containerName, containerPort }) => ({
        loadBalancerName: loadBalancer,
        containerName,
        containerPort,
      })),
    ],
    serviceRegistries: definition.serviceRegistries.map(({ discoveryService, containerName, containerPort }) => ({
      registryArn: blueprint.discoveryServices.find((each) => each.name === discoveryService)?.arn ?? discoveryService,
      ...(containerName === undefined ? {} : { containerName }),
      ...(containerPort === undefined ? {} : { containerPort }),
    })),
    networkConfiguration: networkShape(definition, blueprint),
    healthCheckGracePeriodSeconds: definition.healthCheckGracePeriodSeconds,
    deployments: service.deployments.map((each, index) => deploymentShape(each, index, service, tasks, blueprint)),
    events: service.events.map(({ id, createdAtMs, message }) => ({ id, createdAt: seconds(createdAtMs), message })),
    createdAt: seconds(service.createdAtMs),
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: definition.enableExecuteCommand,
    availabilityZoneRebalancing: definition.availabilityZoneRebalancing ? 'ENABLED' : 'DISABLED',
    placementConstraints: definition.placement?.distinctInstance === true ? [{ type: 'distinctInstance' }] : [],
    placementStrategy: definition.placement?.strategies ?? [],
  };
}

/** A service names either a launch type or a capacity provider. */
function capacityShape({ launchType, capacityProvider }: Service, platformVersion: string): Shape {
  if (capacityProvider !== undefined) return { capacityProviderStrategy: [{ capacityProvider, weight: 1, base: 0 }] };
  return launchType === 'FARGATE' ? { launchType, platformVersion, platformFamily: 'Linux' } : { launchType };
}

function deploymentShape(
  deployment: Deployment,
  index: number,
  service: ServiceState,
  tasks: readonly Task[],
  blueprint: Blueprint,
): Shape {
  const own = tasks.filter((task) => task.deploymentId === deployment.id);
  const { serviceConnect } = service.definition;
  return {
    id: deployment.id,
    status: index === 0 ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: index === 0 ? service.desiredCount : 0,
    pendingCount: pending(own).length,
    runningCount: own.filter((task) => task.lastStatus === 'RUNNING').length,
    failedTasks: deployment.failedTasks,
    createdAt: seconds(deployment.createdAtMs),
    updatedAt: seconds(deployment.updatedAtMs),
    ...capacityShape(service.definition, '1.4.0'),
    networkConfiguration: networkShape(service.definition, blueprint),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...(serviceConnect === undefined ? {} : { serviceConnectConfiguration: serviceConnectShape(serviceConnect) }),
  };
}

function serviceConnectShape(serviceConnect: NonNullable<Service['serviceConnect']>): Shape {
  return {
    enabled: true,
    namespace: serviceConnect.namespace,
    services: serviceConnect.services.map(({ portName, discoveryName, clientAliases, timeout }) => ({
      portName,
      discoveryName,
      clientAliases,
      ...(timeout === undefined ? {} : { timeout }),
    })),
  };
}

function networkShape({ network }: Service, blueprint: Blueprint): Shape {
  if (network === undefined) return {};
  const idsOf = (all: readonly { name: string; id: string }[], names: readonly string[]): string[] =>
    names.map((name) => all.find((each) => each.name === name)?.id ?? name);
  return {
    awsvpcConfiguration: {
      subnets: idsOf(blueprint.subnets, network.subnets),
      securityGroups: idsOf(blueprint.securityGroups, network.securityGroups),
      assignPublicIp: network.assignPublicIp ? 'ENABLED' : 'DISABLED',
    },
  };
}

function pending(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter((task) => !isLeaving(task.lastStatus) && task.lastStatus !== 'RUNNING');
}
