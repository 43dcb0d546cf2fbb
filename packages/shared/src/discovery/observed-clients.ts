import type { CloudMapClient } from './cloud-map-client.ts';
import type { DnsClient } from './dns-client.ts';

/** Told of every look-up that went out, not of those that a cache answered. */
export type OnLookUp = (mechanism: 'cloud-map-dns' | 'cloud-map-api', failed: boolean, ms: number) => void;

export function observedDnsClient(client: DnsClient, onLookUp: OnLookUp): DnsClient {
  return {
    query: async (name, type) => await observed('cloud-map-dns', onLookUp, async () => await client.query(name, type)),
  };
}

export function observedCloudMapClient(client: CloudMapClient, onLookUp: OnLookUp): CloudMapClient {
  return {
    discover: async (namespace, service) =>
      await observed('cloud-map-api', onLookUp, async () => await client.discover(namespace, service)),
    revision: async (namespace, service) =>
      await observed('cloud-map-api', onLookUp, async () => await client.revision(namespace, service)),
    [Symbol.asyncDispose]: async () => await client[Symbol.asyncDispose](),
  };
}

async function observed<T>(mechanism: Parameters<OnLookUp>[0], onLookUp: OnLookUp, ask: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  let failed = true;
  try {
    const answer = await ask();
    failed = false;
    return answer;
  } finally {
    onLookUp(mechanism, failed, performance.now() - startedMs);
  }
}
