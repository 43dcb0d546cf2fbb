import type { Peer } from '../config/service-config.ts';
import { KitError, codeOf } from '../errors.ts';
import { targetsOfA, targetsOfSrv } from './dns-answers.ts';
import type { DnsTarget } from './dns-answers.ts';
import type { DnsClient } from './dns-client.ts';
import type { Finder, Finding } from './finding.ts';
import { Refreshing } from './refreshing.ts';

const STALE_MAX_MS = 60_000;

/** Finds a service by its Cloud Map name in DNS, keeps the answer for its TTL and asks again before that is over. */
export function buildDnsFinder(peer: Peer, client: DnsClient): Finder {
  const findings = new Refreshing<Finding>({
    load: async () => {
      const targets = await resolvePeer(peer, client);
      const ttlSeconds = Math.min(...targets.map((target) => target.ttlSeconds));
      const answers = targets.map(({ address, port }) => `${address}:${port}`);
      return {
        ttlMs: ttlSeconds * 1000,
        value: {
          targets: answers.map((address) => ({ address, origin: `http://${address}` })),
          preferred: answers.length,
          account: { by: 'cloud-map-dns', name: peer.dnsName, recordType: peer.recordType, ttlSeconds, answers },
        },
      };
    },
    staleMaxMs: STALE_MAX_MS,
    isDefinitive: (error) => ['DISCOVERY_DNS_NO_NAME', 'DISCOVERY_NO_INSTANCE'].includes(codeOf(error)),
  });
  return {
    current: () => findings.current(),
    find: async () => await findings.get(),
    doubt: () => findings.refresh(),
  };
}

/** A target whose address is known. */
export type ResolvedTarget = DnsTarget & { readonly address: string };

/**
 * Resolves a peer by the record type that it has, the addresses of SRV targets included.
 *
 * @throws {KitError} as {@link DnsClient.query} does, and DISCOVERY_NO_INSTANCE when the name has no such record
 */
export async function resolvePeer(peer: Peer, client: DnsClient): Promise<ResolvedTarget[]> {
  const packet = await client.query(peer.dnsName, peer.recordType);
  const targets = peer.recordType === 'SRV' ? targetsOfSrv(packet) : targetsOfA(packet, peer.port);
  const resolved = await Promise.all(targets.map(async (target) => await withAddress(target, client)));
  const usable = resolved.filter((target) => target !== undefined);
  if (usable.length > 0) return usable;
  throw new KitError(
    'DISCOVERY_NO_INSTANCE',
    `DNS has no ${peer.recordType} record with an address for ${peer.dnsName}.`,
  );
}

async function withAddress(target: DnsTarget, client: DnsClient): Promise<ResolvedTarget | undefined> {
  if (target.address !== undefined) return { ...target, address: target.address };
  try {
    const [found] = targetsOfA(await client.query(target.name, 'A'), target.port);
    if (found?.address === undefined) return undefined;
    return { ...target, address: found.address, ttlSeconds: Math.min(target.ttlSeconds, found.ttlSeconds) };
  } catch (error) {
    if (codeOf(error) === 'DISCOVERY_DNS_NO_NAME') return undefined;
    throw error;
  }
}
