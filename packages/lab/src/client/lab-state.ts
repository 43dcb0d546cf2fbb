import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import type { Service, Task } from '@aws-sdk/client-ecs';

import { allOf, inGroupsOf } from './all-of.ts';
import { instancesByTask } from './discovery-instances.ts';
import type { InstanceState } from './discovery-instances.ts';
import type { LabClient } from './lab-client.ts';
import { targetsByKey } from './targets.ts';
import type { TargetState } from './targets.ts';

/** How many names the operations take. Source: ECS API reference. */
const describedServicesMax = 10;
const describedTasksMax = 100;

/** What the lab's three APIs say about its services, joined by task address. */
export interface LabState {
  readonly cluster: string;
  readonly services: readonly ServiceState[];
}

export interface ServiceState {
  readonly name: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly deployments: readonly {
    readonly status: string;
    readonly rolloutState: string;
    readonly rolloutStateReason: string;
    readonly taskDefinition: string;
  }[];
  readonly tasks: readonly TaskState[];
  /** Newest first. */
  readonly events: readonly string[];
}

export interface TaskState {
  readonly id: string;
  readonly arn: string;
  readonly lastStatus: string;
  readonly health: string;
  readonly zone: string;
  readonly address: string;
  /** Process on this machine, where the lab runs tasks as processes. */
  readonly processId?: number;
  /** What Docker calls its container, where the lab runs tasks in containers. */
  readonly container?: string;
  readonly targets: readonly TargetState[];
  readonly instances: readonly InstanceState[];
}

export async function labState(client: LabClient): Promise<LabState> {
  const clusters = await allOf(paginateListClusters({ client: client.ecs }, {}), ({ clusterArns }) => clusterArns);
  const cluster = lastPart(clusters[0] ?? '');
  const [services, tasks, targets, instances] = await Promise.all([
    servicesOf(client, cluster),
    tasksOf(client, cluster),
    targetsByKey(client),
    instancesByTask(client),
  ]);
  const classics = [...new Set(services.flatMap(classicOf))];
  if (classics.length > 0) {
    const { classicTargets } = await import('./classic-targets.ts');
    for (const [instance, states] of await classicTargets(client, classics)) targets.set(instance, states);
  }
  return {
    cluster,
    services: services
      .map((service) => ({
        name: service.serviceName ?? '',
        desiredCount: service.desiredCount ?? 0,
        runningCount: service.runningCount ?? 0,
        pendingCount: service.pendingCount ?? 0,
        deployments: (service.deployments ?? []).map((deployment) => ({
          status: deployment.status ?? '',
          rolloutState: deployment.rolloutState ?? '',
          rolloutStateReason: deployment.rolloutStateReason ?? '',
          taskDefinition: lastPart(deployment.taskDefinition ?? ''),
        })),
        tasks: tasks
          .filter((task) => task.group === `service:${service.serviceName}`)
          .map((task) => taskStateOf(task, targets, instances, classicOf(service).length > 0))
          .sort((a, b) => a.zone.localeCompare(b.zone) || a.address.localeCompare(b.address)),
        events: (service.events ?? []).map(({ message }) => message ?? ''),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}

async function servicesOf({ ecs: client }: LabClient, cluster: string): Promise<Service[]> {
  const arns = await allOf(paginateListServices({ client }, { cluster }), ({ serviceArns }) => serviceArns);
  const described = inGroupsOf(describedServicesMax, arns).map(
    async (services) => await client.send(new DescribeServicesCommand({ cluster, services })),
  );
  return (await Promise.all(described)).flatMap(({ services = [] }) => services);
}

async function tasksOf({ ecs: client }: LabClient, cluster: string): Promise<Task[]> {
  const arns = await allOf(paginateListTasks({ client }, { cluster }), ({ taskArns }) => taskArns);
  const described = inGroupsOf(describedTasksMax, arns).map(
    async (tasks) => await client.send(new DescribeTasksCommand({ cluster, tasks })),
  );
  return (await Promise.all(described)).flatMap(({ tasks = [] }) => tasks);
}

function taskStateOf(
  task: Task,
  targets: Map<string, TargetState[]>,
  instances: Map<string, InstanceState[]>,
  behindClassic: boolean,
): TaskState {
  const details = new Map(
    (task.attachments ?? []).flatMap(({ details = [] }) => details).map(({ name, value }) => [name, value ?? '']),
  );
  const host = details.get('privateIPv4Address') ?? '';
  const id = lastPart(task.taskArn ?? '');
  const instanceId = details.get('ec2InstanceId');
  // In bridge mode an address alone says nothing: each task has a port of it.
  const hostPort = task.containers?.[0]?.networkBindings?.[0]?.hostPort;
  const address = hostPort === undefined ? host : `${host}:${hostPort}`;
  const processId = Number(details.get('localProcessId') ?? 0);
  const container = details.get('localContainer');
  return {
    id,
    arn: task.taskArn ?? '',
    lastStatus: task.lastStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    zone: task.availabilityZone ?? '',
    address,
    ...(processId > 0 && { processId }),
    ...(container !== undefined && { container }),
    targets: [
      ...(targets.get(instanceId === undefined ? host : `${instanceId}:${hostPort}`) ?? []),
      ...(behindClassic ? (targets.get(instanceId ?? '') ?? []) : []),
    ],
    instances: instances.get(id) ?? [],
  };
}

/** Names of the Classic Load Balancers that it is behind. */
function classicOf({ loadBalancers = [] }: Service): string[] {
  return loadBalancers.flatMap(({ loadBalancerName }) => loadBalancerName ?? []);
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
