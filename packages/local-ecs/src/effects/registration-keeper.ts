import type { Blueprint } from '@switchyard/blueprint';
import { isForgotten, leftBehind } from '../core/registered.ts';
import type { ExpectedTask, Listed } from '../core/registered.ts';
import type { ServiceState, Task } from '../core/state.ts';
import type { AwsClients } from './aws-clients.ts';
import type { Records } from './records.ts';
import type { ForgettableRegistrations, Registrations } from './registrations.ts';

const LOOK_MS = 2000;
/** A task that has just started to run is still being registered. */
const SETTLED_MS = 3000;

export interface RegistrationKeeperOptions {
  readonly blueprint: Blueprint;
  readonly records: Records;
  readonly clients: () => Promise<AwsClients>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly registrations: ForgettableRegistrations;
  /** How often it looks. Default 2000. */
  readonly lookMs?: number;
  /** How long a task must run to be looked after. Default 3000. */
  readonly settledMs?: number;
}

interface Known {
  readonly task: Task;
  readonly state: ServiceState;
}

/**
 * Registrations that are looked after: what a load balancer or Cloud Map forgot is registered again. The first look also takes
 * out what an earlier ECS left behind.
 */
export class RegistrationKeeper implements Registrations, AsyncDisposable {
  readonly #options: RegistrationKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #disposed = false;
  #isTidy = false;

  constructor(options: RegistrationKeeperOptions) {
    this.#options = options;
  }

  register: Registrations['register'] = async (task) => await this.#options.registrations.register(task);
  joinServiceConnect: Registrations['joinServiceConnect'] = async (task) =>
    await this.#options.registrations.joinServiceConnect(task);
  deregister: Registrations['deregister'] = async (task) => await this.#options.registrations.deregister(task);
  reportHealth: Registrations['reportHealth'] = async (task, status) =>
    await this.#options.registrations.reportHealth(task, status);

  /** From now on. */
  keep(): void {
    const { lookMs = LOOK_MS } = this.#options;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().then(() => {
        if (!this.#disposed) this.keep();
      });
    }, lookMs);
  }

  /** Ends the looking, a look under way too; what is registered stays, and can still be taken out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { registrations, now, settledMs = SETTLED_MS } = this.#options;
    try {
      const settled = this.#tasks().filter(
        ({ task }) => task.startedAtMs !== undefined && now() - task.startedAtMs > settledMs,
      );
      const listed = await this.#list();
      if (settled.some((known) => isRunning(known) && isForgotten(this.#expected(known), listed))) {
        registrations.forget();
        await Promise.all(settled.map(async (known) => await this.#registerAgain(known)));
      }
      if (!this.#isTidy && settled.length > 0) await this.#tidyUp(listed);
    } catch {
      // One of them does not answer: it is asked again.
    }
  }

  #tasks(): Known[] {
    const { records } = this.#options;
    return [...records.services].flatMap(([name, state]) => records.tasksOf(name).map((task) => ({ task, state })));
  }

  #expected({ task, state: { definition } }: Known): ExpectedTask {
    const health = this.#options.records.containerHealthOf(task);
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
  }

  async #registerAgain(known: Known): Promise<void> {
    const { task, state } = known;
    if (!isRunning(known)) return;
    const { registrations } = this.#options;
    const registered = { ...task, service: state.definition };
    const health = this.#options.records.containerHealthOf(task);
    await registrations.register(registered);
    if (health === 'HEALTHY' || health === undefined) await registrations.joinServiceConnect(registered);
    if (health === 'HEALTHY' || health === 'UNHEALTHY') await registrations.reportHealth(registered, health);
    // It may have been taken out meanwhile.
    if (!isRunning(known)) await registrations.deregister(registered);
  }

  async #tidyUp(listed: Listed): Promise<void> {
    const { clients, blueprint, signal: abortSignal } = this.#options;
    const { elb, Elb, cloudMap, CloudMap } = await clients();
    const left = leftBehind(
      listed,
      this.#tasks().map((known) => this.#expected(known)),
    );
    for (const { name, arn: TargetGroupArn } of blueprint.targetGroups) {
      const Targets = (left.targets.get(name) ?? []).map((target) => {
        const [Id = '', port] = target.split(':');
        return { Id, Port: Number(port) };
      });
      if (Targets.length > 0)
        await elb.send(new Elb.DeregisterTargetsCommand({ TargetGroupArn, Targets }), { abortSignal });
    }
    for (const [InstanceId, serviceIds] of left.instances) {
      for (const ServiceId of serviceIds)
        await cloudMap.send(new CloudMap.DeregisterInstanceCommand({ ServiceId, InstanceId }), { abortSignal });
    }
    this.#isTidy = true;
  }

  async #list(): Promise<Listed> {
    const { blueprint, clients, signal: abortSignal } = this.#options;
    const { elb, Elb, cloudMap, CloudMap } = await clients();
    const client = { client: cloudMap };
    const targets = new Map<string, string[]>();
    for (const { name, arn } of blueprint.targetGroups) {
      const command = new Elb.DescribeTargetHealthCommand({ TargetGroupArn: arn });
      const { TargetHealthDescriptions = [] } = await elb.send(command, { abortSignal });
      const present = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
      targets.set(
        name,
        present.map(({ Target }) => `${Target?.Id}:${Target?.Port}`),
      );
    }
    const instances = new Map<string, string[]>();
    for await (const { Services = [] } of CloudMap.paginateListServices(client, {}, { abortSignal })) {
      for (const { Id: ServiceId = '' } of Services) {
        for await (const { Instances = [] } of CloudMap.paginateListInstances(client, { ServiceId }, { abortSignal })) {
          for (const { Id = '' } of Instances) instances.set(Id, [...(instances.get(Id) ?? []), ServiceId]);
        }
      }
    }
    return { targets, instances };
  }
}

function isRunning({ task }: Known): boolean {
  return task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';
}
