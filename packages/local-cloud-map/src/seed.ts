/** The blueprint's namespaces and services, as the registry's first state. */
import type { DiscoveryService, Namespace } from '@switchyard/blueprint';
import type { NamespaceState, ServiceState, State } from './core/model.ts';
import { SOA_TTL_SECONDS } from './core/namespaces.ts';
import { addService, firstRevision } from './core/services.ts';
import { LocalCloudMapError } from './errors.ts';

/** @throws LocalCloudMapError `LOCAL_CLOUD_MAP_OPTIONS_INVALID` when a service names a namespace that is not given. */
export function seed(
  state: State,
  namespaces: readonly Namespace[],
  services: readonly DiscoveryService[],
  nowMs: number,
): void {
  for (const namespace of namespaces) state.namespaces.set(namespace.id, namespaceFrom(namespace, nowMs));
  for (const service of services) addService(state, serviceFrom(state, service, nowMs));
}

function namespaceFrom({ id, arn, name, type, vpc, hostedZoneId }: Namespace, nowMs: number): NamespaceState {
  return {
    id,
    arn,
    name,
    type,
    ...(vpc === undefined ? {} : { vpc }),
    ...(hostedZoneId === undefined ? {} : { hostedZoneId }),
    createdAtMs: nowMs,
    tags: new Map(),
    services: new Map(),
    soaTtlSeconds: SOA_TTL_SECONDS,
  };
}

function serviceFrom(state: State, service: DiscoveryService, nowMs: number): ServiceState {
  const namespace = [...state.namespaces.values()].find(({ name }) => name === service.namespace);
  if (namespace === undefined) {
    throw new LocalCloudMapError(
      'LOCAL_CLOUD_MAP_OPTIONS_INVALID',
      `The discovery service ${service.name} is in the namespace ${service.namespace}, which is not among the namespaces given.`,
    );
  }
  return {
    id: service.id,
    arn: service.arn,
    name: service.serviceName,
    namespace,
    type: service.type,
    customHealthCheck: service.customHealthCheck,
    createdAtMs: nowMs,
    tags: new Map(),
    attributes: new Map(),
    instances: new Map(),
    dns: service.dns,
    revision: firstRevision(nowMs),
  };
}
