import { lookup } from 'node:dns/promises';
import type { Peer } from '../config/service-config.ts';
import { codeOf, wordsOf } from '../errors.ts';
import { serviceOf } from './cloud-map-api.ts';
import type { CloudMapClient, Instance } from './cloud-map-client.ts';
import { resolvePeer } from './cloud-map-dns.ts';
import type { ResolvedTarget } from './cloud-map-dns.ts';
import type { DnsClient } from './dns-client.ts';

/** What one mechanism answered, and in how many milliseconds; or why it did not. */
type Answered<T> = ({ readonly ms: number } & T) | { readonly ms: number; readonly error: Failure };

interface Failure {
  readonly code: string;
  readonly detail: string;
}

/** What each mechanism answers for one service, side by side. */
export interface LookUp {
  readonly service: string;
  readonly mechanisms: {
    readonly 'cloud-map-dns': Answered<{
      readonly name: string;
      readonly recordType: 'A' | 'SRV';
      readonly answers: readonly ResolvedTarget[];
    }>;
    readonly 'cloud-map-api': Answered<{
      readonly namespace: string;
      readonly service: string;
      readonly revision: number;
      readonly instances: readonly Instance[];
    }>;
    readonly 'service-connect': Answered<{ readonly alias: string; readonly addresses: readonly string[] }>;
  };
}

export interface LookUpTools {
  readonly namespace: string;
  readonly dns: DnsClient;
  readonly cloudMap: CloudMapClient;
}

/** Asks all mechanisms at once. Never throws: what failed says so in its place. */
export async function lookUpPeer(
  service: string,
  peer: Peer,
  { namespace, dns, cloudMap }: LookUpTools,
): Promise<LookUp> {
  const [byDns, byApi, byAlias] = await Promise.all([
    timed(async () => ({
      name: peer.dnsName,
      recordType: peer.recordType,
      answers: await resolvePeer(peer, dns),
    })),
    timed(async () => {
      const name = serviceOf(peer, namespace);
      const { revision, instances } = await cloudMap.discover(namespace, name);
      return { namespace, service: name, revision, instances };
    }),
    timed(async () => ({ alias: peer.serviceConnectUrl, addresses: await addressesOf(peer.serviceConnectUrl) })),
  ]);
  return { service, mechanisms: { 'cloud-map-dns': byDns, 'cloud-map-api': byApi, 'service-connect': byAlias } };
}

/** The addresses of a Service Connect alias: what the task's hosts file says, which is its proxy. */
export async function addressesOf(serviceConnectUrl: string): Promise<string[]> {
  const { hostname, port } = new URL(serviceConnectUrl);
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => `${address}:${port === '' ? 80 : port}`);
}

async function timed<T extends object>(ask: () => Promise<T>): Promise<Answered<T>> {
  const startedMs = performance.now();
  const ms = (): number => Math.round((performance.now() - startedMs) * 100) / 100;
  try {
    const answer = await ask();
    return { ms: ms(), ...answer };
  } catch (error) {
    return { ms: ms(), error: { code: codeOf(error), detail: wordsOf(error) } };
  }
}
