import type { Peer } from '../config/service-config.ts';
import { KitError, codeOf } from '../errors.ts';
import type { CloudMapClient, Discovered } from './cloud-map-client.ts';
import type { Finder, Finding } from './finding.ts';
import { findingOfInstances } from './instances.ts';
import { Refreshing } from './refreshing.ts';

export interface ApiFinderOptions {
  readonly peer: Peer;
  readonly namespace: string;
  readonly client: CloudMapClient;
  /** The caller's zone. */
  readonly zone: () => Promise<string>;
  readonly now?: () => number;
}

const TTL_MS = 5000;
const STALE_MAX_MS = 60_000;
/** The revision does not change with health, so the instances are read again after this long at the latest. */
const FULL_READ_AFTER_MS = 15_000;

interface Known {
  readonly finding: Finding;
  readonly revision: number;
  readonly readAtMs: number;
}

/**
 * Finds a service with DiscoverInstances and keeps the answer; every few seconds in use, DiscoverInstancesRevision tells whether
 * anything was registered or deregistered.
 */
export function buildApiFinder({
  peer,
  namespace,
  client,
  zone,
  now = () => performance.now(),
}: ApiFinderOptions): Finder {
  const service = serviceOf(peer, namespace);
  const read = async (): Promise<Known> => {
    const discovered = await client.discover(namespace, service);
    return { finding: await finding(discovered), revision: discovered.revision, readAtMs: now() };
  };
  const finding = async ({ instances, revision }: Discovered): Promise<Finding> => {
    const found = findingOfInstances({ namespace, service, revision, instances, port: peer.port, zone: await zone() });
    if (found !== undefined) return found;
    throw new KitError(
      'DISCOVERY_NO_INSTANCE',
      `Cloud Map knows no instance with an address of ${service} in ${namespace}.`,
    );
  };
  let doubted = false;
  const known = new Refreshing<Known>({
    load: async (previous) => {
      const mayKeep = previous !== undefined && !doubted && now() - previous.readAtMs < FULL_READ_AFTER_MS;
      doubted = false;
      const isCurrent = mayKeep && (await client.revision(namespace, service)) === previous.revision;
      return { value: isCurrent ? previous : await read(), ttlMs: TTL_MS };
    },
    staleMaxMs: STALE_MAX_MS,
    isDefinitive: (error) => codeOf(error) === 'DISCOVERY_NO_INSTANCE',
    now,
  });
  return {
    current: () => known.current()?.finding,
    find: async () => (await known.get()).finding,
    doubt: () => {
      doubted = true;
      known.refresh();
    },
  };
}

/** The Cloud Map service's name: the peer's DNS name without the namespace. */
export function serviceOf(peer: Peer, namespace: string): string {
  const suffix = `.${namespace}`;
  return peer.dnsName.endsWith(suffix) ? peer.dnsName.slice(0, -suffix.length) : peer.dnsName;
}
