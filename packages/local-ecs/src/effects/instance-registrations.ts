import type { Blueprint } from '@switchyard/blueprint';
import { registryAttributesOf, serviceConnectAttributesOf } from '../core/instance-attributes.ts';
import { hostPortOf } from '../core/target-refs.ts';
import type { HealthStatus } from '../core/task-health.ts';
import type { AwsClients } from './aws-clients.ts';
import type { RegisteredTask } from './registered-task.ts';
import { ServiceConnectServices } from './service-connect-services.ts';

export interface InstanceRegistrationsOptions {
  readonly blueprint: Blueprint;
  readonly clients: () => Promise<AwsClients>;
  readonly signal: AbortSignal;
}

/** Makes tasks instances of Cloud Map's services, and takes them out. */
export class InstanceRegistrations {
  readonly #options: InstanceRegistrationsOptions;
  readonly #connect: ServiceConnectServices;
  readonly #discovery: ReadonlyMap<string, Blueprint['discoveryServices'][number]>;
  /** The Cloud Map services that each task was put into. */
  readonly #joined = new Map<string, Set<string>>();

  constructor(options: InstanceRegistrationsOptions) {
    this.#options = options;
    this.#connect = new ServiceConnectServices(options.blueprint, options.clients, options.signal);
    this.#discovery = new Map(options.blueprint.discoveryServices.map((service) => [service.name, service]));
  }

  /** In the services of its registries. */
  async register(task: RegisteredTask): Promise<void> {
    const { blueprint } = this.#options;
    await Promise.all(
      task.service.serviceRegistries.map(async ({ discoveryService, containerPort }) => {
        const service = this.#discovery.get(discoveryService);
        if (service === undefined) return;
        await this.#register(service.id, task.id, attributesOf(task, blueprint, service, containerPort));
      }),
    );
  }

  /** In its Service Connect services. */
  async joinServiceConnect(task: RegisteredTask): Promise<void> {
    const { partition, region, accountId } = this.#options.blueprint;
    const { serviceConnect, cluster, name } = task.service;
    const deploymentArn = `arn:${partition}:ecs:${region}:${accountId}:task-set/${cluster}/${name}/${task.deploymentId}`;
    await Promise.all(
      (serviceConnect?.services ?? []).map(async ({ discoveryName, containerPort, timeout }) => {
        const attributes = serviceConnectAttributesOf({
          address: task.address,
          port: hostPortOf(task, containerPort),
          availabilityZone: task.zone,
          deploymentArn,
          ...(timeout === undefined ? {} : { timeout }),
        });
        await this.#register(await this.#connect.idOf(task.service, discoveryName), task.id, attributes);
      }),
    );
  }

  async deregister({ id: InstanceId }: RegisteredTask): Promise<void> {
    const { clients, signal } = this.#options;
    const serviceIds = this.#joined.get(InstanceId) ?? [];
    this.#joined.delete(InstanceId);
    const { cloudMap, CloudMap } = await clients();
    await Promise.all(
      [...serviceIds].map(async (ServiceId) => {
        const command = new CloudMap.DeregisterInstanceCommand({ ServiceId, InstanceId });
        try {
          await cloudMap.send(command, { abortSignal: signal });
        } catch (error) {
          const isOut = error instanceof CloudMap.InstanceNotFound || error instanceof CloudMap.ServiceNotFound;
          if (!isOut) throw error;
        }
      }),
    );
  }

  async reportHealth(task: RegisteredTask, Status: Exclude<HealthStatus, 'UNKNOWN'>): Promise<void> {
    const { clients, signal } = this.#options;
    const { cloudMap, CloudMap } = await clients();
    const custom = task.service.serviceRegistries.flatMap(({ discoveryService }) => {
      const service = this.#discovery.get(discoveryService);
      return service?.customHealthCheck === true ? [service.id] : [];
    });
    await Promise.all(
      custom.map(async (ServiceId) => {
        const input = { ServiceId, InstanceId: task.id, Status };
        await cloudMap.send(new CloudMap.UpdateInstanceCustomHealthStatusCommand(input), { abortSignal: signal });
      }),
    );
  }

  /** Cloud Map has forgotten what it was told: its services are looked for anew from now on. */
  forget(): void {
    this.#connect.forget();
  }

  async #register(ServiceId: string, InstanceId: string, Attributes: Record<string, string>): Promise<void> {
    const { clients, signal } = this.#options;
    const { cloudMap, CloudMap } = await clients();
    const command = new CloudMap.RegisterInstanceCommand({ ServiceId, InstanceId, Attributes });
    await cloudMap.send(command, { abortSignal: signal });
    this.#joined.set(InstanceId, (this.#joined.get(InstanceId) ?? new Set()).add(ServiceId));
  }
}

function attributesOf(
  task: RegisteredTask,
  blueprint: Blueprint,
  service: Blueprint['discoveryServices'][number],
  containerPort: number | undefined,
): Record<string, string> {
  const { containers, name: family } = task.taskDefinition;
  const hasSrvRecords = service.dns?.records.some((record) => record.type === 'SRV') === true;
  const port = containerPort ?? containers.flatMap((container) => container.portMappings)[0]?.containerPort;
  return registryAttributesOf({
    address: task.address,
    availabilityZone: task.zone,
    region: blueprint.region,
    cluster: task.service.cluster,
    service: task.service.name,
    family,
    ...(port === undefined ? {} : { port: hostPortOf(task, port) }),
    hasSrvRecords,
    hasCustomHealth: service.customHealthCheck,
    hasHealthCheck: containers.some((container) => container.essential && container.healthCheck !== undefined),
  });
}
