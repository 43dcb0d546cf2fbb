/** A registry with one service, at a time and with a chance that the test decides. */
import { registerInstance } from '../../src/core/instances.ts';
import {
  emptyState,
  type CloudMapEvent,
  type Context,
  type DnsConfig,
  type ServiceState,
  type Settings,
  type State,
} from '../../src/core/model.ts';
import { createNamespace, namespaceOf } from '../../src/core/namespaces.ts';
import { createService } from '../../src/core/services.ts';

export interface TestRegistry {
  readonly state: State;
  readonly service: ServiceState;
  readonly events: CloudMapEvent[];
}

export interface ServiceOptions {
  readonly records?: DnsConfig['records'];
  readonly routingPolicy?: DnsConfig['routingPolicy'];
  readonly customHealthCheck?: boolean;
  readonly name?: string;
}

export const at = (nowMs: number, random: () => number = Math.random): Context => ({ nowMs, random });

export function registryWith(options: ServiceOptions = {}, settings: Partial<Settings> = {}): TestRegistry {
  const events: CloudMapEvent[] = [];
  const state = emptyState(
    {
      partition: 'aws',
      region: 'us-east-1',
      accountId: '000000000000',
      operationDelayMs: 0,
      customHealthDelayMs: 30_000,
      ...settings,
    },
    (event) => events.push(event),
  );
  createNamespace(state, at(0), { name: 'lab.test', type: 'DNS_PRIVATE', vpc: 'vpc-1', tags: new Map() });
  const [namespace] = state.namespaces.values();
  const service = addTestService(state, namespaceOf(state, namespace!.id).id, options);
  return { state, service, events };
}

export function addTestService(state: State, namespaceId: string, options: ServiceOptions): ServiceState {
  return createService(state, at(0), {
    name: options.name ?? 'svc',
    namespaceId,
    dns: {
      routingPolicy: options.routingPolicy ?? (options.records?.[0]?.type === 'CNAME' ? 'WEIGHTED' : 'MULTIVALUE'),
      records: options.records ?? [{ type: 'A', ttlSeconds: 10 }],
    },
    customHealthCheck: options.customHealthCheck ?? true,
    tags: new Map(),
  });
}

export function serviceWith(options: ServiceOptions): ServiceState {
  return registryWith(options).service;
}

/** Registers `ids`; the n-th has the address 10.0.0.n and port 3000. */
export function registerAll({ state, service }: TestRegistry, ids: readonly string[], healthy = true): void {
  for (const [index, instanceId] of ids.entries()) {
    registerInstance(state, at(0), {
      serviceId: service.id,
      instanceId,
      attributes: {
        AWS_INSTANCE_IPV4: `10.0.0.${index + 1}`,
        AWS_INSTANCE_PORT: '3000',
        ...(healthy ? {} : { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' }),
      },
    });
  }
}
