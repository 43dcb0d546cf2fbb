/**
 * What DNS says: one zone per DNS namespace, as Route 53 answers it through the VPC's resolver.
 *
 * `<service>.<namespace>` exists while the service has instances; without any it is NXDOMAIN, and a name that exists without
 * records of the wanted type is an empty answer (NODATA). Both carry the SOA record, whose TTL is how long they may be kept.
 */
import { sample } from './chance.ts';
import {
  isServing,
  type Context,
  type InstanceState,
  type NamespaceState,
  type ServiceState,
  type State,
} from './model.ts';

export type QuestionType = 'A' | 'AAAA' | 'SRV' | 'CNAME' | 'SOA' | 'NS' | 'ANY' | 'OTHER';

export type ZoneRecord = { readonly name: string; readonly ttlSeconds: number } & RecordData;
type RecordData =
  | { readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS'; readonly data: string }
  | {
      readonly type: 'SRV';
      readonly data: { readonly priority: 1; readonly weight: 1; readonly port: number; readonly target: string };
    }
  | { readonly type: 'SOA'; readonly data: SoaData };

interface SoaData {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

export interface ZoneAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly answers: readonly ZoneRecord[];
  readonly authorities: readonly ZoneRecord[];
}

/** Route 53's limit for a multivalue answer. */
const MULTIVALUE_ANSWERS_MAX = 8;
const CNAME_CHAIN_MAX = 8;
const NS_TTL_SECONDS = 172_800;
/** What Route 53 writes into every private zone. */
const NAME_SERVERS = ['ns-0.awsdns-00.com', 'ns-512.awsdns-00.net', 'ns-1024.awsdns-00.org', 'ns-1536.awsdns-00.co.uk'];
const SOA: SoaData = {
  mname: 'ns-1536.awsdns-00.co.uk',
  rname: 'awsdns-hostmaster.amazon.com',
  serial: 1,
  refresh: 7200,
  retry: 900,
  expire: 1_209_600,
  minimum: 86_400,
};

/** Undefined when `name` is in none of the zones. Names compare without regard to case; owner names are `name` as given. */
export function answerFromZones(
  state: State,
  context: Context,
  name: string,
  type: QuestionType,
): ZoneAnswer | undefined {
  const lower = name.toLowerCase();
  const zone = zoneOf(state, lower);
  if (zone === undefined) return undefined;
  const found = recordsAt(zone, context, lower);
  if (found === undefined) return { rcode: 'NXDOMAIN', answers: [], authorities: [soaOf(zone)] };
  const answers = found
    .filter((record) => type === 'ANY' || record.type === type || record.type === 'CNAME')
    .map((record) => ({ ...record, name }));
  if (answers.length === 0) return { rcode: 'NOERROR', answers, authorities: [soaOf(zone)] };
  return { rcode: 'NOERROR', answers: [...answers, ...chased(state, context, answers, type)], authorities: [] };
}

/** The most specific of the namespaces that `lower` is in. */
function zoneOf(state: State, lower: string): NamespaceState | undefined {
  let best: NamespaceState | undefined;
  for (const namespace of state.namespaces.values()) {
    if (namespace.type !== 'DNS_PRIVATE') continue;
    const apex = namespace.name.toLowerCase();
    const inside = lower === apex || (lower.endsWith(apex) && lower.at(-apex.length - 1) === '.');
    if (inside && (best === undefined || best.name.length < apex.length)) best = namespace;
  }
  return best;
}

/** Every record that `lower` has right now, whatever its type; undefined when the name does not exist. */
function recordsAt(zone: NamespaceState, context: Context, lower: string): RecordOfName[] | undefined {
  const apex = zone.name.toLowerCase();
  if (lower === apex) return apexRecords(zone);
  const inner = lower.slice(0, -apex.length - 1);
  let parent = false;
  for (const service of zone.services.values()) {
    if (service.dns === undefined || service.instances.size === 0) continue;
    const serviceName = service.name.toLowerCase();
    if (inner === serviceName) return serviceRecords(service, context);
    if (inner.endsWith(`.${serviceName}`)) {
      const records = instanceRecords(service, inner.slice(0, -serviceName.length - 1));
      if (records !== undefined) return records;
    }
    parent ||= serviceName.endsWith(`.${inner}`);
  }
  return parent ? [] : undefined;
}

type RecordOfName = { readonly ttlSeconds: number } & RecordData;

function apexRecords(zone: NamespaceState): RecordOfName[] {
  const nameServers = NAME_SERVERS.map((data) => ({ type: 'NS' as const, ttlSeconds: NS_TTL_SECONDS, data }));
  return [{ type: 'SOA', ttlSeconds: zone.soaTtlSeconds, data: SOA }, ...nameServers];
}

function soaOf(zone: NamespaceState): ZoneRecord {
  const ttlSeconds = Math.min(zone.soaTtlSeconds, SOA.minimum);
  return { name: zone.name.toLowerCase(), type: 'SOA', ttlSeconds, data: SOA };
}

/** One choice of instances for all the record types, so that an ANY answer agrees with itself. */
function serviceRecords(service: ServiceState, { random }: Context): RecordOfName[] {
  const all = [...service.instances.values()];
  const healthy = all.filter((instance) => isServing(service, instance));
  const count = service.dns?.routingPolicy === 'WEIGHTED' ? 1 : MULTIVALUE_ANSWERS_MAX;
  const picked = sample(random, healthy.length > 0 ? healthy : all, count);
  return (service.dns?.records ?? []).flatMap(({ type, ttlSeconds }) =>
    picked.flatMap((instance) => {
      const data = dataOf(type, service, instance);
      return data === undefined ? [] : [{ ...data, ttlSeconds }];
    }),
  );
}

function dataOf(type: RecordData['type'], service: ServiceState, instance: InstanceState): RecordData | undefined {
  const { AWS_INSTANCE_IPV4: v4, AWS_INSTANCE_IPV6: v6, AWS_INSTANCE_CNAME: cname } = instance.attributes;
  if (type === 'A' && v4 !== undefined) return { type, data: v4 };
  if (type === 'AAAA' && v6 !== undefined) return { type, data: v6 };
  if (type === 'CNAME' && cname !== undefined) return { type, data: cname.replace(/\.$/, '') };
  if (type !== 'SRV') return undefined;
  const target = `${instance.id}.${service.name}.${service.namespace.name}`.toLowerCase();
  return { type, data: { priority: 1, weight: 1, port: Number(instance.attributes['AWS_INSTANCE_PORT']), target } };
}

/** The names that SRV records point to have the instance's addresses, whatever its health. */
function instanceRecords(service: ServiceState, lowerId: string): RecordOfName[] | undefined {
  const srv = service.dns?.records.find(({ type }) => type === 'SRV');
  if (srv === undefined) return undefined;
  const instance = service.instances.get(lowerId) ?? ignoringCase(service, lowerId);
  if (instance === undefined) return undefined;
  return (['A', 'AAAA'] as const).flatMap((type) => {
    const data = dataOf(type, service, instance);
    return data === undefined ? [] : [{ ...data, ttlSeconds: srv.ttlSeconds }];
  });
}

function ignoringCase(service: ServiceState, lowerId: string): InstanceState | undefined {
  for (const instance of service.instances.values()) if (instance.id.toLowerCase() === lowerId) return instance;
  return undefined;
}

/** What a CNAME in our zones leads to, as far as it stays in our zones: stub resolvers do not ask again. */
function chased(state: State, context: Context, answers: readonly ZoneRecord[], type: QuestionType): ZoneRecord[] {
  const chain: ZoneRecord[] = [];
  let name = type === 'CNAME' || type === 'ANY' ? undefined : targetOf(answers);
  for (let links = 0; name !== undefined && links < CNAME_CHAIN_MAX; links++) {
    const owner: string = name;
    const zone = zoneOf(state, owner.toLowerCase());
    const records = zone === undefined ? undefined : recordsAt(zone, context, owner.toLowerCase());
    const next = (records ?? []).filter((record) => record.type === type || record.type === 'CNAME');
    chain.push(...next.map((record) => ({ ...record, name: owner })));
    name = targetOf(next);
  }
  return chain;
}

function targetOf(records: readonly RecordData[]): string | undefined {
  for (const record of records) if (record.type === 'CNAME') return record.data;
  return undefined;
}
