import type { Blueprint } from '@switchyard/blueprint';
import { isForgotten } from '../core/registered.ts';
import type { ExpectedTask, Listed } from '../core/registered.ts';
import type { ServiceState, Task } from '../core/state.ts';
import type { AwsClients } from './aws-clients.ts';
import type { Records } from './records.ts';
import type { RegisteredTask, Registrations } from './registrations.ts';

const LOOK_MS = 2000;
/** A task that has just started to run is still being registered. */
const SETTLED_MS = 3000;

export interface RegistrationKeeperOptions {
  readonly blueprint: Blueprint;
  readonly records: Records;
  readonly clients: () => Promise<AwsClients>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Registrations that know of no task yet. */
  readonly build: () => Registrations;
}

/** Registrations that are looked after: what a load balancer or Cloud Map forgot is registered again. */
export type KeptRegistrations = Registrations & Disposable & { keep(): void };

export function createRegistrationKeeper(options: RegistrationKeeperOptions): KeptRegistrations {
  const { records, signal, now } = options;
  let current = options.build();
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    try {
      const settled = tasksOf(records).filter(
        ({ task }) => task.startedAtMs !== undefined && now() - task.startedAtMs > SETTLED_MS,
      );
      const listed = await list(options);
      if (settled.some(({ task, state }) => isRunning(task) && isForgotten(expected(task, state), listed))) {
        // All anew: what was known of Cloud Map's services is as forgotten as the tasks.
        current = options.build();
        await Promise.all(
          settled.map(async ({ task, state }) => await registerAgain({ ...task, service: state.definition }, task)),
        );
      }
    } catch {
      // One of them does not answer: it is asked again.
    }
    if (!signal.aborted) timer = setTimeout(() => void look(), LOOK_MS);
  };
  const registerAgain = async (registered: RegisteredTask, task: Task): Promise<void> => {
    if (!isRunning(task)) return;
    await current.register(registered);
    const health = records.containerHealthOf(task);
    if (health === 'HEALTHY' || health === undefined) await current.joinServiceConnect(registered);
    if (health === 'HEALTHY' || health === 'UNHEALTHY') await current.reportHealth(registered, health);
  };
  const expected = (task: Task, { definition }: ServiceState): ExpectedTask => {
    const health = records.containerHealthOf(task);
    const isJoined = health === 'HEALTHY' || health === undefined;
    return {
      id: task.id,
      targets: definition.loadBalancers.map(({ targetGroup, containerPort }) => ({
        targetGroup,
        target: `${task.address}:${containerPort}`,
      })),
      instances:
        definition.serviceRegistries.length + (isJoined ? (definition.serviceConnect?.services.length ?? 0) : 0),
    };
  };

  return {
    register: async (task) => await current.register(task),
    joinServiceConnect: async (task) => await current.joinServiceConnect(task),
    deregister: async (task) => await current.deregister(task),
    reportHealth: async (task, status) => await current.reportHealth(task, status),
    keep: () => void look(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

function tasksOf(records: Records): { readonly task: Task; readonly state: ServiceState }[] {
  return [...records.services].flatMap(([name, state]) => records.tasksOf(name).map((task) => ({ task, state })));
}

function isRunning({ lastStatus, desiredStatus }: Task): boolean {
  return lastStatus === 'RUNNING' && desiredStatus === 'RUNNING';
}

async function list({ blueprint, clients, signal }: RegistrationKeeperOptions): Promise<Listed> {
  const { elb, Elb, cloudMap, CloudMap } = await clients();
  const abortSignal = signal;
  const targets = new Map<string, Set<string>>();
  for (const { name, arn } of blueprint.targetGroups) {
    const command = new Elb.DescribeTargetHealthCommand({ TargetGroupArn: arn });
    const { TargetHealthDescriptions = [] } = await elb.send(command, { abortSignal });
    const ids = TargetHealthDescriptions.map(({ Target }) => `${Target?.Id}:${Target?.Port}`);
    targets.set(name, new Set(ids));
  }
  const instances = new Map<string, number>();
  const services = CloudMap.paginateListServices({ client: cloudMap }, {});
  for await (const { Services = [] } of services) {
    for (const { Id: ServiceId } of Services) {
      for await (const { Instances = [] } of CloudMap.paginateListInstances({ client: cloudMap }, { ServiceId })) {
        for (const { Id = '' } of Instances) instances.set(Id, (instances.get(Id) ?? 0) + 1);
      }
    }
  }
  return { targets, instances };
}
