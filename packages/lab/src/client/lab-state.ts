import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import type { Service, Task } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetInstancesHealthStatusCommand,
  ListInstancesCommand,
  ListServicesCommand as ListDiscoveryServicesCommand,
} from '@aws-sdk/client-servicediscovery';

import type { LabClient } from './lab-client.ts';

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
  readonly targets: readonly {
    readonly targetGroup: string;
    readonly port: number;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly instances: readonly { readonly discoveryService: string; readonly health: string }[];
}

export async function labState(client: LabClient): Promise<LabState> {
  const clusterArn = (await client.ecs.send(new ListClustersCommand({}))).clusterArns?.[0] ?? '';
  const cluster = lastPart(clusterArn);
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

async function servicesOf({ ecs }: LabClient, cluster: string): Promise<Service[]> {
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
  if (serviceArns.length === 0) return [];
  return (await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }))).services ?? [];
}

async function tasksOf({ ecs }: LabClient, cluster: string): Promise<Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
  if (taskArns.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks ?? [];
}

function taskStateOf(
  task: Task,
  targets: Map<string, TaskState['targets'][number][]>,
  instances: Map<string, TaskState['instances'][number][]>,
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

/** By address, or for targets that are instances by `instance:port`. */
async function targetsByKey({ elb }: LabClient): Promise<Map<string, TaskState['targets'][number][]>> {
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const found = new Map<string, TaskState['targets'][number][]>();
  await Promise.all(
    TargetGroups.map(async ({ TargetGroupArn, TargetGroupName = '' }) => {
      const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      for (const { Target, TargetHealth } of TargetHealthDescriptions) {
        const entry = {
          targetGroup: TargetGroupName,
          port: Target?.Port ?? 0,
          state: TargetHealth?.State ?? '',
          reason: TargetHealth?.Reason ?? '',
        };
        const targetId = Target?.Id ?? '';
        appendTo(found, targetId.startsWith('i-') ? `${targetId}:${Target?.Port}` : targetId, entry);
      }
    }),
  );
  return found;
}

/** ECS names instances after tasks. */
async function instancesByTask({ cloudMap }: LabClient): Promise<Map<string, TaskState['instances'][number][]>> {
  const { Services = [] } = await cloudMap.send(new ListDiscoveryServicesCommand({}));
  const found = new Map<string, TaskState['instances'][number][]>();
  await Promise.all(
    Services.map(async ({ Id, Name = '', Type }) => {
      const [{ Instances = [] }, { Status = {} }] = await Promise.all([
        cloudMap.send(new ListInstancesCommand({ ServiceId: Id })),
        cloudMap.send(new GetInstancesHealthStatusCommand({ ServiceId: Id })),
      ]);
      for (const { Id: instanceId = '' } of Instances) {
        const entry = {
          discoveryService: `${Name} (${Type === 'HTTP' ? 'Service Connect' : 'DNS'})`,
          health: Status[instanceId] ?? 'UNKNOWN',
        };
        appendTo(found, instanceId, entry);
      }
    }),
  );
  return found;
}

/** Names of the Classic Load Balancers that it is behind. */
function classicOf({ loadBalancers = [] }: Service): string[] {
  return loadBalancers.flatMap(({ loadBalancerName }) => loadBalancerName ?? []);
}

function appendTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
