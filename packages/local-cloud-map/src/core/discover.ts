/** DiscoverInstances: which instances a caller is told of. Source: the API's documentation. */
import { sample } from './chance.ts';
import { CloudMapError, isServing, type Context, type InstanceState, type ServiceState, type State } from './model.ts';
import { findNamespace } from './namespaces.ts';

type HealthFilter = 'HEALTHY' | 'UNHEALTHY' | 'ALL' | 'HEALTHY_OR_ELSE_ALL';

export interface DiscoverQuery {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly maxResults: number;
  /** All must equal. */
  readonly queryParameters: Readonly<Record<string, string>>;
  /** All must equal, unless then nothing is left: then they are ignored. */
  readonly optionalParameters: Readonly<Record<string, string>>;
  /** Ignored by services without a health check. */
  readonly healthStatus: HealthFilter;
}

/** In random order. @throws CloudMapError `NamespaceNotFound`, `ServiceNotFound`. */
export function discoverInstances(
  state: State,
  { random }: Context,
  query: DiscoverQuery,
): { readonly service: ServiceState; readonly instances: readonly InstanceState[] } {
  const service = discoverableService(state, query.namespaceName, query.serviceName);
  const matching = [...service.instances.values()].filter(having(query.queryParameters));
  const preferred = matching.filter(having(query.optionalParameters));
  const candidates = preferred.length > 0 ? preferred : matching;
  const instances = service.customHealthCheck ? byHealth(service, candidates, query.healthStatus) : candidates;
  return { service, instances: sample(random, instances, query.maxResults) };
}

/** @throws CloudMapError `NamespaceNotFound`, `ServiceNotFound`. */
export function discoverableService(state: State, namespaceName: string, serviceName: string): ServiceState {
  const namespace = findNamespace(state, namespaceName);
  if (namespace === undefined) {
    throw new CloudMapError('NamespaceNotFound', `There is no namespace named ${namespaceName}.`);
  }
  const service = namespace.services.get(serviceName);
  if (service === undefined || service.type === 'DNS') {
    throw new CloudMapError('ServiceNotFound', `The namespace ${namespaceName} has no service named ${serviceName}.`);
  }
  return service;
}

function having(wanted: Readonly<Record<string, string>>): (instance: InstanceState) => boolean {
  const pairs = Object.entries(wanted);
  return ({ attributes }) => pairs.every(([key, value]) => Object.hasOwn(attributes, key) && attributes[key] === value);
}

function byHealth(
  service: ServiceState,
  instances: readonly InstanceState[],
  filter: HealthFilter,
): readonly InstanceState[] {
  if (filter === 'ALL') return instances;
  if (filter === 'UNHEALTHY') return instances.filter((instance) => !isServing(service, instance));
  const healthy = instances.filter((instance) => isServing(service, instance));
  return filter === 'HEALTHY_OR_ELSE_ALL' && healthy.length === 0 ? instances : healthy;
}
