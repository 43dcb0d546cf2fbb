import type { Blueprint, Cluster as BlueprintCluster, Service, TaskDefinition } from '@switchyard/blueprint';
import type { HealthStatus } from '../core/task-health.ts';
import { isLeaving } from '../core/task-status.ts';
import type { Deployment, ServiceState, Task } from '../core/state.ts';
import { imageOf } from './metadata.ts';

/** The ECS API's output shapes. Source: botocore's service model of ECS. Times are epoch seconds, as AWS JSON has them. */
type Shape = Record<string, unknown>;

const seconds = (ms: number): number => ms / 1000;
const at = (name: string, ms: number | undefined): Shape => (ms === undefined ? {} : { [name]: seconds(ms) });

export function clusterShape(cluster: BlueprintCluster, tasks: readonly Task[], services: number): Shape {
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingTasksCount: pending(tasks).length,
    activeServicesCount: services,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: ['FARGATE'],
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
    launchType: definition.launchType,
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    taskDefinition: service.deployments[0]?.taskDefinition.arn,
    schedulingStrategy: definition.schedulingStrategy,
    deploymentController: { type: 'ECS' },
    deploymentConfiguration: {
      deploymentCircuitBreaker: definition.deployment.circuitBreaker,
      maximumPercent: definition.deployment.maximumPercent,
      minimumHealthyPercent: definition.deployment.minimumHealthyPercent,
      strategy: 'ROLLING',
    },
    loadBalancers: definition.loadBalancers.map(({ targetGroup, containerName, containerPort }) => ({
      targetGroupArn: blueprint.targetGroups.find((each) => each.name === targetGroup)?.arn ?? targetGroup,
      containerName,
      containerPort,
    })),
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
    placementConstraints: [],
    placementStrategy: [],
  };
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
    launchType: service.definition.launchType,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
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

/**
 * A task. Beside ECS's own details of its network interface, the attachment has `localProcessId`, the process of its first essential
 * container on this machine: a local addition, so that a tool can end it as a crash would.
 */
export function taskShape(task: Task, health: HealthStatus | undefined, blueprint: Blueprint): Shape {
  const { cpu, memory } = task.taskDefinition;
  const subnet = blueprint.subnets.find((each) => each.name === task.subnet);
  const isEssential = (name: string): boolean =>
    task.taskDefinition.containers.some((each) => each.name === name && each.essential);
  const processId = task.containers.find(({ name }) => isEssential(name))?.processId;
  const interfaceId = `eni-${task.id.slice(0, 17)}`;
  return {
    taskArn: task.arn,
    clusterArn: blueprint.clusters.find((each) => each.name === task.cluster)?.arn,
    taskDefinitionArn: task.taskDefinition.arn,
    group: `service:${task.service}`,
    startedBy: task.deploymentId,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: task.zone,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: health ?? 'UNKNOWN',
    connectivity: 'CONNECTED',
    version: 1,
    ...(cpu === undefined ? {} : { cpu: String(cpu) }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    createdAt: seconds(task.createdAtMs),
    ...at('startedAt', task.startedAtMs),
    ...at('stoppingAt', task.stoppingAtMs),
    ...at('stoppedAt', task.stoppedAtMs),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode, stoppedReason: task.stoppedReason }),
    attachments: [
      {
        id: `${task.id.slice(0, 8)}-${task.id.slice(8, 12)}-${task.id.slice(12, 16)}-${task.id.slice(16, 20)}-${task.id.slice(20)}`,
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
        details: [
          { name: 'subnetId', value: subnet?.id ?? task.subnet },
          { name: 'networkInterfaceId', value: interfaceId },
          { name: 'privateIPv4Address', value: task.address },
          ...(processId === undefined ? [] : [{ name: 'localProcessId', value: String(processId) }]),
        ],
      },
    ],
    containers: task.containers.map((record) => ({
      containerArn: record.arn,
      taskArn: task.arn,
      name: record.name,
      image: imageOf(task.taskDefinition.containers.find((each) => each.name === record.name)),
      runtimeId: record.runtimeId,
      lastStatus: record.lastStatus,
      healthStatus: record.health?.status ?? 'UNKNOWN',
      ...(record.exitCode === undefined ? {} : { exitCode: record.exitCode }),
      ...(record.reason === undefined ? {} : { reason: record.reason }),
      networkBindings: [],
      networkInterfaces: [{ attachmentId: interfaceId, privateIpv4Address: task.address }],
    })),
    overrides: { containerOverrides: [] },
    tags: [],
  };
}

export function taskDefinitionShape(definition: TaskDefinition): Shape {
  const { cpu, memory } = definition;
  return {
    taskDefinitionArn: definition.arn,
    family: definition.name,
    revision: definition.revision,
    networkMode: definition.networkMode,
    status: 'ACTIVE',
    ...(cpu === undefined ? {} : { cpu: String(cpu) }),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    containerDefinitions: definition.containers.map((container) => ({
      name: container.name,
      image: imageOf(container),
      essential: container.essential,
      portMappings: container.portMappings,
      environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
      ...(container.entryPoint === undefined ? {} : { entryPoint: container.entryPoint }),
      ...(container.command === undefined ? {} : { command: container.command }),
      stopTimeout: container.stopTimeoutSeconds,
      readonlyRootFilesystem: container.readonlyRootFilesystem,
      ...(container.healthCheck === undefined ? {} : { healthCheck: healthCheckShape(container.healthCheck) }),
      ...(container.logDriver === undefined
        ? {}
        : { logConfiguration: { logDriver: container.logDriver, options: container.logOptions ?? {} } }),
    })),
    requiresCompatibilities: ['FARGATE'],
    compatibilities: ['EC2', 'FARGATE'],
    volumes: [],
    placementConstraints: [],
  };
}

function healthCheckShape(check: NonNullable<TaskDefinition['containers'][number]['healthCheck']>): Shape {
  return {
    command: check.command,
    interval: check.intervalSeconds,
    timeout: check.timeoutSeconds,
    retries: check.retries,
    startPeriod: check.startPeriodSeconds,
  };
}

function pending(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter((task) => !isLeaving(task.lastStatus) && task.lastStatus !== 'RUNNING');
}
