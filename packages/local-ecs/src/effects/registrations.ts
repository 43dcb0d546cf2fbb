import type { Blueprint, Service, TaskDefinition } from '@switchyard/blueprint';
import { registryAttributesOf, serviceConnectAttributesOf } from '../core/instance-attributes.ts';
import { hostPortOf, targetRefsOf } from '../core/target-refs.ts';
import type { PlacedTask } from '../core/target-refs.ts';
import type { HealthStatus } from '../core/task-health.ts';
import type { AwsClients, ClassicClient } from './aws-clients.ts';
import { createClassicRegistrations } from './classic-registrations.ts';
import { coalesce } from './coalesce.ts';
import { createServiceConnectServices } from './service-connect-services.ts';

/** A task as far as load balancers and Cloud Map are concerned. */
export interface RegisteredTask extends PlacedTask {
  readonly id: string;
  readonly zone: string;
  readonly deploymentId: string;
  readonly taskDefinition: TaskDefinition;
  readonly service: Service;
}

/** Puts tasks into target groups and Cloud Map, and takes them out. Every method may be called again to the same effect. */
export interface Registrations {
  /** Target groups and the service registry. With a container health check the registry holds it as unhealthy until told otherwise. */
  register(task: RegisteredTask): Promise<void>;
  /** Makes it an instance of its Service Connect services: other tasks' proxies then send it requests. */
  joinServiceConnect(task: RegisteredTask): Promise<void>;
  /** Takes it out of everything it was put into. */
  deregister(task: RegisteredTask): Promise<void>;
  reportHealth(task: RegisteredTask, status: Exclude<HealthStatus, 'UNKNOWN'>): Promise<void>;
}

export interface RegistrationsOptions {
  readonly blueprint: Blueprint;
  readonly clients: () => Promise<AwsClients>;
  readonly classic: () => Promise<ClassicClient>;
  readonly signal: AbortSignal;
  /** Told of a target group's name and how many targets went in or out with one call. */
  readonly onTargets: (
    service: string,
    targetGroup: string,
    change: 'registered' | 'deregistered',
    count: number,
  ) => void;
  /** The same of a Classic Load Balancer and instances. */
  readonly onInstances: (
    service: string,
    loadBalancer: string,
    change: 'registered' | 'deregistered',
    count: number,
  ) => void;
}

interface Target {
  readonly service: string;
  readonly id: string;
  readonly port: number;
  /** Of an address; an instance's AWS knows. */
  readonly zone: string | undefined;
}

export function createRegistrations(options: RegistrationsOptions): Registrations {
  const { blueprint, clients, signal, onTargets } = options;
  const groups = new Map(blueprint.targetGroups.map((group) => [group.name, group]));
  const discovery = new Map(blueprint.discoveryServices.map((service) => [service.name, service]));
  const connect = createServiceConnectServices(blueprint, clients, signal);
  const joined = new Map<string, string[]>();
  const tellTargets = (group: string, change: 'registered' | 'deregistered', targets: readonly Target[]): void => {
    const counts = Map.groupBy(targets, (target) => target.service);
    for (const [service, each] of counts) onTargets(service, group, change, each.length);
  };
  const targetsCall = (change: 'registered' | 'deregistered') =>
    coalesce<Target>(async (name, targets) => {
      const { elb, Elb } = await clients();
      const input = {
        TargetGroupArn: groups.get(name)?.arn,
        // AWS knows the zone of an address by its subnet; a load balancer that sees 127.a.b.c has to be told.
        Targets: targets.map(({ id, port, zone }) => ({
          Id: id,
          Port: port,
          ...(zone === undefined ? {} : { AvailabilityZone: zone }),
        })),
      };
      await (change === 'registered'
        ? elb.send(new Elb.RegisterTargetsCommand(input), { abortSignal: signal })
        : elb.send(new Elb.DeregisterTargetsCommand(input), { abortSignal: signal }));
      tellTargets(name, change, targets);
    });
  const registerTarget = targetsCall('registered');
  const deregisterTarget = targetsCall('deregistered');

  const classic = createClassicRegistrations(options.classic, signal, (loadBalancer, change, instances) => {
    const counts = Map.groupBy(instances, ({ service }) => service);
    for (const [service, each] of counts) options.onInstances(service, loadBalancer, change, each.length);
  });
  const targetCalls = (task: RegisteredTask, change: 'registered' | 'deregistered'): Promise<void>[] => {
    const call = change === 'registered' ? registerTarget : deregisterTarget;
    const service = task.service.name;
    const inGroups = targetRefsOf(task, task.service, blueprint.targetGroups).flatMap(({ group, id, port }) =>
      port === undefined ? [] : [call(group, { service, id, port, zone: id === task.address ? task.zone : undefined })],
    );
    const behindClassic = (task.service.classicLoadBalancers ?? []).map(
      async ({ loadBalancer }) =>
        await classic[change](loadBalancer, { service, ec2InstanceId: task.instance?.ec2InstanceId ?? task.address }),
    );
    return [...inGroups, ...behindClassic];
  };
  const registryCall = async (
    ServiceId: string,
    InstanceId: string,
    Attributes: Record<string, string>,
  ): Promise<void> => {
    const { cloudMap, CloudMap } = await clients();
    await cloudMap.send(new CloudMap.RegisterInstanceCommand({ ServiceId, InstanceId, Attributes }), {
      abortSignal: signal,
    });
    joined.set(InstanceId, [...(joined.get(InstanceId) ?? []), ServiceId]);
  };

  return {
    async register(task) {
      const registries = task.service.serviceRegistries.flatMap((registry) => {
        const service = discovery.get(registry.discoveryService);
        return service === undefined
          ? []
          : [registryCall(service.id, task.id, attributesOf(task, blueprint, service, registry.containerPort))];
      });
      await Promise.all([...targetCalls(task, 'registered'), ...registries]);
    },
    async joinServiceConnect(task) {
      const { serviceConnect, cluster, name } = task.service;
      const deploymentArn = `arn:${blueprint.partition}:ecs:${blueprint.region}:${blueprint.accountId}:task-set/${cluster}/${name}/${task.deploymentId}`;
      await Promise.all(
        (serviceConnect?.services ?? []).map(async (offered) => {
          const serviceId = await connect(task.service, offered.discoveryName);
          await registryCall(
            serviceId,
            task.id,
            serviceConnectAttributesOf({
              address: task.address,
              port: hostPortOf(task, offered.containerPort),
              availabilityZone: task.zone,
              deploymentArn,
              ...(offered.timeout === undefined ? {} : { timeout: offered.timeout }),
            }),
          );
        }),
      );
    },
    async deregister(task) {
      const serviceIds = joined.get(task.id) ?? [];
      joined.delete(task.id);
      const { cloudMap, CloudMap } = await clients();
      await Promise.all([
        ...targetCalls(task, 'deregistered'),
        ...serviceIds.map(async (ServiceId) => {
          const command = new CloudMap.DeregisterInstanceCommand({ ServiceId, InstanceId: task.id });
          await cloudMap.send(command, { abortSignal: signal });
        }),
      ]);
    },
    async reportHealth(task, Status) {
      const { cloudMap, CloudMap } = await clients();
      const custom = task.service.serviceRegistries.flatMap(({ discoveryService }) => {
        const service = discovery.get(discoveryService);
        return service?.customHealthCheck === true ? [service.id] : [];
      });
      await Promise.all(
        custom.map(async (ServiceId) => {
          const input = { ServiceId, InstanceId: task.id, Status };
          await cloudMap.send(new CloudMap.UpdateInstanceCustomHealthStatusCommand(input), { abortSignal: signal });
        }),
      );
    },
  };
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
