import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Blueprint, Service, TaskDefinition } from '@switchyard/blueprint';
import { loopbackAddressOf, nextFreeAddress, TASKS_MAX } from '../core/addresses.ts';
import { containerInstancesOf, dynamicPort, wantedHostPorts } from '../core/container-instance.ts';
import type { ContainerInstance } from '../core/container-instance.ts';
import { eventText } from '../core/event-text.ts';
import { chooseInstance } from '../core/instance-placement.ts';
import { chooseSubnet } from '../core/placement.ts';
import { endpointsOf } from '../core/service-connect.ts';
import type { Deployment, ServiceState, Task } from '../core/state.ts';
import { LocalEcsError } from '../errors.ts';

/** Makes the records of services, deployments and tasks: ids, ARNs, places and addresses. */
export function newServiceState(blueprint: Blueprint, service: Service, nowMs: number): ServiceState {
  return {
    definition: service,
    desiredCount: service.desiredCount,
    deployments: [newDeployment(blueprint, service, taskDefinitionOf(blueprint, service), nowMs)],
    events: [],
    createdAtMs: nowMs,
    steady: false,
  };
}

export function newDeployment(
  blueprint: Blueprint,
  service: Service,
  taskDefinition: TaskDefinition,
  nowMs: number,
): Deployment {
  const id = `ecs-svc/${randomInt(1, 9)}${Array.from({ length: 18 }, () => randomInt(10)).join('')}`;
  return {
    id,
    taskDefinition,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    serviceConnectEndpoints: endpointsOf(service.serviceConnect?.namespace, blueprint.services),
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
    failuresInARow: 0,
    lastFailureAtMs: 0,
    impaired: false,
  };
}

export function taskDefinitionOf(blueprint: Blueprint, service: Service): TaskDefinition {
  const found = blueprint.taskDefinitions.find((each) => each.name === service.taskDefinition);
  if (found !== undefined) return found;
  throw new LocalEcsError(
    'LOCAL_ECS_BLUEPRINT_INCOMPLETE',
    `Service ${service.name}: the blueprint has no task definition ${service.taskDefinition}; synthesize it again.`,
  );
}

/** Hands out places: a subnet by spread, an address that nobody has, and the task's running number. */
export class Places {
  readonly #blueprint: Blueprint;
  readonly #addressOctet: number;
  readonly #taken = new Set<string>();
  readonly #lastGiven = new Map<string, string>();
  readonly #indexes = new Set<number>();
  /** The container instances, each with its ports that tasks have. */
  readonly instances: ReadonlyMap<ContainerInstance, Set<number>>;

  /** `reserved`: addresses of the VPC that no task gets. */
  constructor(blueprint: Blueprint, addressOctet: number, reserved: readonly string[] = []) {
    this.#blueprint = blueprint;
    this.#addressOctet = addressOctet;
    const digits = (count: number): string =>
      randomBytes(Math.ceil(count / 2))
        .toString('hex')
        .slice(0, count);
    const instances = containerInstancesOf(blueprint, addressOctet, digits);
    this.instances = new Map(instances.map((instance) => [instance, new Set()]));
    for (const address of [...reserved, ...instances.map(({ vpcAddress }) => vpcAddress)]) this.#taken.add(address);
  }

  /**
   * A new task's record, or what ECS says in an event when there is no place for it. `siblings` are the service's tasks that do not
   * leave yet; those of them that are unhealthy keep their ports, but the one that replaces them goes where they are.
   */
  newTask(
    service: ServiceState,
    deployment: Deployment,
    siblings: readonly Task[],
    nowMs: number,
    unhealthy: ReadonlySet<string> = new Set(),
  ): Task | string {
    const { definition } = service;
    let index = 0;
    while (this.#indexes.has(index)) index += 1;
    if (index >= TASKS_MAX) {
      return eventText.unplaced(definition.name, `This lab has room for ${TASKS_MAX} tasks at once.`);
    }
    const place =
      definition.launchType === 'EC2'
        ? this.#placeOnInstance(service, deployment, siblings)
        : this.#placeInSubnet(
            service,
            deployment,
            siblings.filter(({ id }) => !unhealthy.has(id)),
          );
    if (typeof place === 'string') return place;
    const id = randomBytes(16).toString('hex');
    const arnOf = (kind: string, rest: string): string =>
      `arn:${this.#blueprint.partition}:ecs:${this.#blueprint.region}:${this.#blueprint.accountId}:${kind}/${definition.cluster}/${rest}`;
    this.#indexes.add(index);
    return {
      id,
      arn: arnOf('task', id),
      index,
      service: definition.name,
      cluster: definition.cluster,
      deploymentId: deployment.id,
      taskDefinition: deployment.taskDefinition,
      ...place,
      createdAtMs: nowMs,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      targets: new Map(),
      wasHealthy: false,
      containers: deployment.taskDefinition.containers.map((container) => ({
        name: container.name,
        runtimeId: `${id}-${randomInt(1_000_000_000, 9_999_999_999)}`,
        arn: arnOf('container', `${id}/${randomUUID()}`),
        lastStatus: 'PENDING',
      })),
    };
  }

  /** Takes back a stopped task's address or ports, and its number. */
  release(task: Task): void {
    this.#indexes.delete(task.index);
    if (task.instance === undefined) this.#taken.delete(task.vpcAddress);
    const ports = task.instance && this.instances.get(task.instance);
    for (const port of Object.values(task.hostPorts ?? {})) ports?.delete(port);
  }

  #placeInSubnet({ definition }: ServiceState, deployment: Deployment, siblings: readonly Task[]): Place | string {
    const names = definition.network?.subnets ?? [];
    const subnets = this.#blueprint.subnets.filter((subnet) => names.includes(subnet.name));
    const subnet = chooseSubnet(subnets, siblings, deployment.id);
    if (subnet === undefined) return eventText.unplaced(definition.name, 'The service has no subnet.');
    const vpcAddress = nextFreeAddress(subnet.cidrBlock, this.#taken, this.#lastGiven.get(subnet.name));
    if (vpcAddress === undefined) {
      const reason = `Subnet ${subnet.name} (${subnet.cidrBlock}) has no free address.`;
      return eventText.unplaced(definition.name, reason);
    }
    this.#taken.add(vpcAddress);
    this.#lastGiven.set(subnet.name, vpcAddress);
    const address = loopbackAddressOf(vpcAddress, this.#addressOctet);
    return { subnet: subnet.name, zone: subnet.availabilityZone, address, vpcAddress };
  }

  #placeOnInstance({ definition }: ServiceState, deployment: Deployment, siblings: readonly Task[]): Place | string {
    const wanted = wantedHostPorts(deployment.taskDefinition);
    const views = [...this.instances]
      .filter(([{ cluster }]) => cluster === definition.cluster)
      .map(([instance, takenPorts]) => {
        const ownTasks = siblings.filter((task) => task.instance === instance).length;
        return { instance, takenPorts, ownTasks };
      });
    const choice = chooseInstance(views, {
      fixedPorts: [...wanted.values()].filter((port) => port !== 0),
      distinctInstance: definition.placement?.distinctInstance === true,
    });
    if ('refusal' in choice) return eventText.unplacedOnInstances(definition.name, choice.refusal);
    const { instance } = choice;
    const taken = this.instances.get(instance) ?? new Set();
    const hostPorts: Record<number, number> = {};
    for (const [containerPort, hostPort] of wanted) {
      const port = hostPort === 0 ? (dynamicPort(taken, Math.random()) ?? containerPort) : hostPort;
      taken.add(port);
      hostPorts[containerPort] = port;
    }
    const { subnet, zone, address, vpcAddress } = instance;
    return { subnet, zone, address, vpcAddress, instance, hostPorts };
  }
}

type Place = Pick<Task, 'subnet' | 'zone' | 'address' | 'vpcAddress' | 'instance' | 'hostPorts'>;
