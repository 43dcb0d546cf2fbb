import { randomText } from './chance.ts';
import {
  CloudMapError,
  type Context,
  type DnsConfig,
  type NamespaceState,
  type ServiceState,
  type State,
} from './model.ts';
import { namespaceOf, requireDnsName } from './namespaces.ts';
import { submit } from './operations.ts';
import { firstTags } from './tags.ts';

export interface NewService {
  readonly name: string;
  readonly namespaceId: string;
  readonly description?: string | undefined;
  readonly creatorRequestId?: string | undefined;
  readonly dns?: DnsConfig | undefined;
  readonly customHealthCheck: boolean;
  /** `HTTP` in a DNS namespace: a service that DNS does not know. */
  readonly type?: 'HTTP' | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

/** @throws CloudMapError `NamespaceNotFound`, `ServiceAlreadyExists`, `InvalidInput`, `TooManyTagsException`. */
export function createService(state: State, { nowMs, random }: Context, input: NewService): ServiceState {
  const namespace = namespaceOf(state, input.namespaceId);
  const existing = sameNamed(namespace, input.name);
  if (existing !== undefined) {
    throw new CloudMapError(
      'ServiceAlreadyExists',
      `The namespace ${namespace.name} has a service ${existing.name} already.`,
      { ServiceId: existing.id, ServiceArn: existing.arn, CreatorRequestId: existing.creatorRequestId },
    );
  }
  requireDnsFits(namespace, input);
  const { partition, region, accountId } = state.settings;
  const id = `srv-${randomText(random, 16)}`;
  const service: ServiceState = {
    id,
    arn: `arn:${partition}:servicediscovery:${region}:${accountId}:service/${id}`,
    name: input.name,
    namespace,
    type: input.dns === undefined ? 'HTTP' : 'DNS_HTTP',
    customHealthCheck: input.customHealthCheck,
    createdAtMs: nowMs,
    ...(input.creatorRequestId === undefined ? {} : { creatorRequestId: input.creatorRequestId }),
    tags: firstTags(input.tags, input.name),
    attributes: new Map(),
    instances: new Map(),
    description: input.description,
    dns: input.dns,
    revision: firstRevision(nowMs),
  };
  addService(state, service);
  return service;
}

export function addService(state: State, service: ServiceState): void {
  state.services.set(service.id, service);
  service.namespace.services.set(service.name, service);
}

/** Large, as AWS's are, and larger than any revision of an earlier run that a client may remember. */
export function firstRevision(nowMs: number): number {
  return nowMs * 1000;
}

/** DNS cannot tell names apart by case, so a DNS namespace cannot have both. */
function sameNamed(namespace: NamespaceState, name: string): ServiceState | undefined {
  if (namespace.type === 'HTTP') return namespace.services.get(name);
  const wanted = name.toLowerCase();
  return [...namespace.services.values()].find((service) => service.name.toLowerCase() === wanted);
}

function requireDnsFits(namespace: NamespaceState, { name, dns, type }: NewService): void {
  if (dns === undefined) {
    if (namespace.type === 'HTTP' || type === 'HTTP') return;
    throw new CloudMapError('InvalidInput', 'A service in a DNS namespace needs DnsConfig, or the Type HTTP.');
  }
  if (namespace.type === 'HTTP' || type === 'HTTP') {
    throw new CloudMapError('InvalidInput', 'DnsConfig needs a DNS namespace and does not go with the Type HTTP.');
  }
  requireDnsName(`${name}.${namespace.name}`);
  requireRecordsFit(dns);
}

/** A | AAAA | A and AAAA | SRV, alone or with those | CNAME, alone and WEIGHTED. Source: DnsRecord.Type. */
function requireRecordsFit({ records, routingPolicy }: DnsConfig): void {
  const types = new Set(records.map(({ type }) => type));
  if (records.length === 0 || types.size !== records.length) {
    throw new CloudMapError('InvalidInput', 'DnsRecords needs at least one record and each type at most once.');
  }
  if (types.has('CNAME') && (types.size > 1 || routingPolicy !== 'WEIGHTED')) {
    throw new CloudMapError('InvalidInput', 'A CNAME record stands alone and needs the routing policy WEIGHTED.');
  }
}

/** @throws CloudMapError `ServiceNotFound`, `InvalidInput`. */
export function updateService(
  state: State,
  context: Context,
  change: {
    readonly idOrArn: string;
    readonly description?: string | undefined;
    readonly records?: DnsConfig['records'] | undefined;
  },
): string {
  const service = serviceOf(state, change.idOrArn);
  if (service.dns === undefined) {
    throw new CloudMapError('InvalidInput', `${service.name} is known to the API only; such a service has no update.`);
  }
  const dns = change.records === undefined ? service.dns : { ...service.dns, records: change.records };
  const types = (config: DnsConfig) => config.records.map(({ type }) => type).toSorted();
  if (types(dns).join() !== types(service.dns).join()) {
    throw new CloudMapError('InvalidInput', 'An update can change the TTL of the records that a service has, no more.');
  }
  const operation = { type: 'UPDATE_SERVICE', targets: { SERVICE: service.id } } as const;
  return submit(state, context, operation, () => {
    service.dns = dns;
    if (change.description !== undefined) service.description = change.description;
  });
}

/** @throws CloudMapError `ServiceNotFound`, `ResourceInUse` while it has instances. */
export function deleteService(state: State, idOrArn: string): void {
  const service = serviceOf(state, idOrArn);
  if (service.instances.size > 0) {
    throw new CloudMapError('ResourceInUse', `The service ${service.name} still has instances; deregister them first.`);
  }
  state.services.delete(service.id);
  service.namespace.services.delete(service.name);
}

/** @throws CloudMapError `ServiceNotFound`. */
export function serviceOf(state: State, idOrArn: string): ServiceState {
  const service = state.services.get(idOrArn.slice(idOrArn.lastIndexOf('/') + 1));
  if (service === undefined) throw new CloudMapError('ServiceNotFound', `There is no service ${idOrArn}.`);
  return service;
}
