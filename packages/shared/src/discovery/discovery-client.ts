import type { Peer } from '../config/service-config.ts';
import { KitError } from '../errors.ts';
import { callPeer } from './call.ts';
import type { PeerAnswer, PeerRequest } from './call.ts';
import { buildApiFinder } from './cloud-map-api.ts';
import { buildCloudMapClient } from './cloud-map-client.ts';
import type { CloudMapClient } from './cloud-map-client.ts';
import { buildDnsFinder } from './cloud-map-dns.ts';
import { DiscoveryDispatcher } from './discovery-dispatcher.ts';
import { buildDnsClient } from './dns-client.ts';
import type { DnsClient } from './dns-client.ts';
import type { Finder } from './finding.ts';
import { addressesOf, lookUpPeer } from './look-up.ts';
import type { LookUp } from './look-up.ts';
import type { Mechanism } from './mechanism.ts';
import { observedCloudMapClient, observedDnsClient } from './observed-clients.ts';
import type { OnLookUp } from './observed-clients.ts';
import { buildAliasFinder } from './service-connect.ts';

export interface DiscoveryClientOptions {
  readonly peers: ReadonlyMap<string, Peer>;
  /** The private DNS namespace of Cloud Map. */
  readonly namespace: string;
  /** The caller's zone, for the preference of its own. */
  readonly zone: () => Promise<string>;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly dns?: DnsClient;
  readonly cloudMap?: CloudMapClient;
  readonly onLookUp?: OnLookUp;
}

/** Finds and calls the other services, by the mechanism that each call asks for. */
export interface DiscoveryClient extends AsyncDisposable {
  /** @throws {KitError} PEER_UNKNOWN, or as {@link callPeer} does */
  call(service: string, via: Mechanism, request: PeerRequest): Promise<PeerAnswer>;
  /** The dispatcher behind {@link call}, for any undici API. @throws {KitError} PEER_UNKNOWN */
  dispatcher(service: string, via: Mechanism): DiscoveryDispatcher;
  /** The addresses (`ip:port`) that one mechanism answers now, past every cache. @throws {KitError} as the mechanism does */
  resolve(service: string, via: Mechanism): Promise<readonly string[]>;
  /** What each mechanism answers now, side by side, past every cache. @throws {KitError} PEER_UNKNOWN */
  lookUp(service: string): Promise<LookUp>;
}

/** Builds the client; nothing is opened, asked or loaded before the first call. */
export function buildDiscoveryClient(options: DiscoveryClientOptions): DiscoveryClient {
  const { peers, namespace, zone, connectTimeoutMs, responseTimeoutMs } = options;
  const { onLookUp = () => {} } = options;
  const dns = observedDnsClient(options.dns ?? buildDnsClient(), onLookUp);
  const cloudMap = observedCloudMapClient(options.cloudMap ?? buildCloudMapClient(), onLookUp);
  const dispatchers = new Map<string, DiscoveryDispatcher>();
  const peerOf = (service: string): Peer => {
    const peer = peers.get(service);
    if (peer !== undefined) return peer;
    const known = [...peers.keys()].join(', ') || 'none';
    throw new KitError('PEER_UNKNOWN', `PEERS does not say how to find the service ${service}; it knows ${known}.`);
  };
  const finderOf = (peer: Peer, via: Mechanism): Finder => {
    switch (via) {
      case 'cloud-map-dns':
        return buildDnsFinder(peer, dns);
      case 'cloud-map-api':
        return buildApiFinder({ peer, namespace, client: cloudMap, zone });
      case 'service-connect':
        return buildAliasFinder(peer);
      default:
        return via satisfies never;
    }
  };
  const dispatcher = (service: string, via: Mechanism): DiscoveryDispatcher => {
    const key = `${via} ${service}`;
    let known = dispatchers.get(key);
    if (known === undefined) {
      known = new DiscoveryDispatcher({ finder: finderOf(peerOf(service), via), connectTimeoutMs, responseTimeoutMs });
      dispatchers.set(key, known);
    }
    return known;
  };
  return {
    dispatcher,
    call: async (service, via, request) => await callPeer(dispatcher(service, via), service, request),
    resolve: async (service, via) => {
      const peer = peerOf(service);
      if (via === 'service-connect') return await addressesOf(peer.serviceConnectUrl);
      const { targets } = await finderOf(peer, via).find();
      return targets.map(({ address }) => address);
    },
    lookUp: async (service) => await lookUpPeer(service, peerOf(service), { namespace, dns, cloudMap }),
    async [Symbol.asyncDispose]() {
      await Promise.all([...dispatchers.values()].map(async (open) => await open.close()));
      await cloudMap[Symbol.asyncDispose]();
    },
  };
}
