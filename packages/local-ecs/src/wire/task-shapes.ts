import type { Blueprint, TaskDefinition } from '@switchyard/blueprint';
import type { Task } from '../core/state.ts';
import { launchTypeOf } from '../core/target-refs.ts';
import type { HealthStatus } from '../core/task-health.ts';
import { imageOf } from './metadata.ts';
import { at, seconds } from './time.ts';

type Shape = Record<string, unknown>;

/**
 * A task. Beside ECS's own details of its network interface, the attachment has `localProcessId`, the process of its first essential
 * container on this machine, or `localContainer`, its name there: local additions, so that a tool can end it as a crash would, or say how.
 */
export function taskShape(task: Task, health: HealthStatus | undefined, blueprint: Blueprint): Shape {
  const { cpu, memory } = task.taskDefinition;
  const subnet = blueprint.subnets.find((each) => each.name === task.subnet);
  const isEssential = (name: string): boolean =>
    task.taskDefinition.containers.some((each) => each.name === name && each.essential);
  const processId = task.containers.find(({ name }) => isEssential(name))?.processId;
  return {
    taskArn: task.arn,
    clusterArn: blueprint.clusters.find((each) => each.name === task.cluster)?.arn,
    taskDefinitionArn: task.taskDefinition.arn,
    group: `service:${task.service}`,
    startedBy: task.deploymentId,
    launchType: launchTypeOf(task),
    ...(task.instance === undefined
      ? { platformVersion: '1.4.0', platformFamily: 'Linux' }
      : { containerInstanceArn: task.instance.arn, capacityProviderName: task.instance.capacityProvider }),
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
    attachments: [attachmentShape(task, subnet?.id ?? task.subnet, processId)],
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
      networkBindings: bindingsOf(task, record.name),
      networkInterfaces:
        task.instance === undefined ? [{ attachmentId: interfaceIdOf(task), privateIpv4Address: task.address }] : [],
    })),
    overrides: { containerOverrides: [] },
    tags: [],
  };
}

function interfaceIdOf({ id }: Task): string {
  return `eni-${id.slice(0, 17)}`;
}

/** A task's network interface. A task on an instance has none on AWS: what stands in its place is a local addition as a whole. */
function attachmentShape(task: Task, subnetId: string, processId: number | undefined): Shape {
  const { id, instance } = task;
  return {
    id: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
    type: instance === undefined ? 'ElasticNetworkInterface' : 'LocalProcess',
    status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: subnetId },
      ...(instance === undefined
        ? [{ name: 'networkInterfaceId', value: interfaceIdOf(task) }]
        : [{ name: 'ec2InstanceId', value: instance.ec2InstanceId }]),
      { name: 'privateIPv4Address', value: task.address },
      ...(processId === undefined ? [] : [{ name: 'localProcessId', value: String(processId) }]),
      ...(task.engineName === undefined ? [] : [{ name: 'localContainer', value: task.engineName }]),
    ],
  };
}

/** On an instance: which of its ports is a container's. In host mode they are the same. */
function bindingsOf({ taskDefinition, instance, hostPorts = {} }: Task, containerName: string): Shape[] {
  if (instance === undefined) return [];
  const container = taskDefinition.containers.find(({ name }) => name === containerName);
  return (container?.portMappings ?? []).map(({ containerPort, protocol }) => ({
    bindIP: '0.0.0.0',
    containerPort,
    hostPort: hostPorts[containerPort] ?? containerPort,
    protocol,
  }));
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
    requiresCompatibilities: [definition.networkMode === 'awsvpc' ? 'FARGATE' : 'EC2'],
    compatibilities: definition.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EXTERNAL', 'EC2'],
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
