import type { Blueprint, Container, Subnet } from '@switchyard/blueprint';
import { launchTypeOf } from '../core/target-refs.ts';
import type { ContainerRecord, Task } from '../core/state.ts';
import { addressOf, parseCidr } from '../core/addresses.ts';

/**
 * Task metadata endpoint version 4, as Fargate's agent answers it. Source: amazon-ecs-agent, ecs-agent/tmds/handlers/v4.
 * Addresses are those on this machine.
 */
function taskMetadataOf(task: Task, blueprint: Blueprint): Record<string, unknown> {
  const { taskDefinition } = task;
  const clusterArn = blueprint.clusters.find((each) => each.name === task.cluster)?.arn ?? task.cluster;
  const { cpu, memory } = taskDefinition;
  return {
    Cluster: clusterArn,
    TaskARN: task.arn,
    Family: taskDefinition.name,
    Revision: String(taskDefinition.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: knownStatusOf(task),
    Limits: { ...(cpu === undefined ? {} : { CPU: cpu / 1024 }), ...(memory === undefined ? {} : { Memory: memory }) },
    PullStartedAt: timestamp(task.createdAtMs),
    PullStoppedAt: timestamp(task.createdAtMs),
    AvailabilityZone: task.zone,
    LaunchType: launchTypeOf(task),
    ServiceName: task.service,
    Containers: task.containers.map((container) => containerMetadataOf(task, container, blueprint)),
  };
}

function containerMetadataOf(task: Task, record: ContainerRecord, blueprint: Blueprint): Record<string, unknown> {
  const { taskDefinition } = task;
  const container = taskDefinition.containers.find((each) => each.name === record.name);
  const subnet = blueprint.subnets.find((each) => each.name === task.subnet);
  const clusterArn = blueprint.clusters.find((each) => each.name === task.cluster)?.arn ?? task.cluster;
  return {
    DockerId: record.runtimeId,
    Name: record.name,
    DockerName: record.name,
    Image: imageOf(container),
    Ports: (container?.portMappings ?? []).map(({ containerPort, protocol }) => ({
      ContainerPort: containerPort,
      Protocol: protocol,
      ...(task.taskDefinition.networkMode === 'bridge'
        ? { HostPort: task.hostPorts?.[containerPort] ?? containerPort, HostIp: '0.0.0.0' }
        : {}),
    })),
    Labels: {
      'com.amazonaws.ecs.cluster': clusterArn,
      'com.amazonaws.ecs.container-name': record.name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': taskDefinition.name,
      'com.amazonaws.ecs.task-definition-version': String(taskDefinition.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: record.lastStatus === 'PENDING' ? 'CREATED' : record.lastStatus,
    ...(record.exitCode === undefined ? {} : { ExitCode: record.exitCode }),
    Limits: { CPU: 2 },
    CreatedAt: timestamp(task.createdAtMs),
    ...(record.startedAtMs === undefined ? {} : { StartedAt: timestamp(record.startedAtMs) }),
    ...(record.finishedAtMs === undefined ? {} : { FinishedAt: timestamp(record.finishedAtMs) }),
    Type: 'NORMAL',
    ...(record.health === undefined
      ? {}
      : { Health: { status: record.health.status, statusSince: timestamp(record.health.sinceMs), output: '' } }),
    ...(container?.logDriver === undefined
      ? {}
      : { LogDriver: container.logDriver, LogOptions: container.logOptions ?? {} }),
    ContainerARN: record.arn,
    Networks: [networkOf(task, subnet, blueprint.region)],
  };
}

/** The document at a path below a container's, without slashes at its ends; `undefined` when there is none. */
export function metadataDocumentOf(
  path: string,
  task: Task,
  container: ContainerRecord,
  blueprint: Blueprint,
  nowMs: number,
): Record<string, unknown> | undefined {
  switch (path) {
    case '':
      return containerMetadataOf(task, container, blueprint);
    case 'task':
    case 'taskWithTags':
      return taskMetadataOf(task, blueprint);
    case 'stats':
      return containerStatsOf(container, nowMs);
    case 'task/stats':
      return Object.fromEntries(task.containers.map((each) => [each.runtimeId, containerStatsOf(each, nowMs)]));
    default:
      return undefined;
  }
}

/** One sample without figures: nothing limits or counts a process here. */
function containerStatsOf(record: ContainerRecord, nowMs: number): Record<string, unknown> {
  return { read: timestamp(nowMs), id: record.runtimeId, name: `/${record.name}`, pids_stats: { current: 1 } };
}

/** On an instance: the instance's address, in bridge mode, too, where AWS tells the container's own in Docker's network, which leads nowhere here. */
function networkOf(task: Task, subnet: Subnet | undefined, region: string): Record<string, unknown> {
  if (task.instance !== undefined)
    return { NetworkMode: task.taskDefinition.networkMode, IPv4Addresses: [task.address] };
  const { first } = parseCidr(subnet?.cidrBlock ?? '0.0.0.0/0');
  const prefix = subnet?.cidrBlock.split('/')[1];
  const local = (value: number): string =>
    [...task.address.split('.').slice(0, 2), ...addressOf(value).split('.').slice(2)].join('.');
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return {
    NetworkMode: task.taskDefinition.networkMode,
    IPv4Addresses: [task.address],
    AttachmentIndex: 0,
    MACAddress: macAddressOf(task.address),
    IPv4SubnetCIDRBlock: `${local(first)}/${prefix}`,
    DomainNameSearchList: [domain],
    PrivateDNSName: `ip-${task.address.replaceAll('.', '-')}.${domain}`,
    SubnetGatewayIpv4Address: `${local(first + 1)}/${prefix}`,
  };
}

function macAddressOf(address: string): string {
  return `0a:00:${address
    .split('.')
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join(':')}`;
}

export function imageOf(container: Container | undefined): string {
  if (container === undefined) return '';
  const { image } = container;
  return image.kind === 'registry' ? image.uri : `${image.buildArgs['TARGET'] ?? image.directory}:local`;
}

function knownStatusOf(task: Task): string {
  return task.lastStatus === 'ACTIVATING' ? 'RESOURCES_PROVISIONED' : task.lastStatus;
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
