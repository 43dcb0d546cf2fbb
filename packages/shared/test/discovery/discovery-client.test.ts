import { expect, test } from 'vitest';
import type { Peer } from '../../src/config/service-config.ts';
import { buildApiFinder } from '../../src/discovery/cloud-map-api.ts';
import { buildCloudMapClient } from '../../src/discovery/cloud-map-client.ts';
import { buildDnsFinder } from '../../src/discovery/cloud-map-dns.ts';
import { buildDiscoveryClient } from '../../src/discovery/discovery-client.ts';
import { buildDnsClient } from '../../src/discovery/dns-client.ts';
import { startCloudMapServer } from '../servers/cloud-map-server.ts';
import type { Place } from '../servers/cloud-map-server.ts';
import { startDnsServer } from '../servers/dns-server.ts';
import { startHttpServer } from '../servers/http-server.ts';

const NAMESPACE = 'switchyard.internal';
const peerAt = (port: number, recordType: 'A' | 'SRV' = 'SRV'): Peer => ({
  dnsName: `worker.${NAMESPACE}`,
  recordType,
  port,
  serviceConnectUrl: `http://localhost:${port}`,
});

test.each(['cloud-map-dns', 'cloud-map-api', 'service-connect'] as const)('calls a service through %s', async (via) => {
  await using worker = await startHttpServer('127.0.0.1');
  const places = () => [{ address: '127.0.0.1', port: worker.port }];
  await using dns = await startDnsServer(places);
  await using cloudMap = await startCloudMapServer(places);
  await using discovery = buildDiscoveryClient({
    peers: new Map([['worker', peerAt(worker.port)]]),
    namespace: NAMESPACE,
    zone: async () => 'us-east-1a',
    connectTimeoutMs: 3000,
    responseTimeoutMs: 5000,
    dns: buildDnsClient({ servers: [dns.address] }),
    cloudMap: buildCloudMapClient(cloudMap.settings),
  });
  const record = { attempts: [] };
  const answer = await discovery.call('worker', via, { path: '/x', headers: { 'x-a': 'b' }, timeoutMs: 2000, record });
  expect(answer).toEqual({ status: 200, json: { host: '127.0.0.1' } });
  expect(record).toMatchObject({ account: { by: via }, attempts: [{ outcome: 'answered 200' }] });
  expect([worker.requests[0]?.url, worker.requests[0]?.headers['x-a']]).toEqual(['/x', 'b']);
});

test('refuses a service that PEERS does not name', async () => {
  await using discovery = buildDiscoveryClient({
    peers: new Map(),
    namespace: NAMESPACE,
    zone: async () => 'unknown',
    connectTimeoutMs: 1,
    responseTimeoutMs: 1,
  });
  expect(() => discovery.dispatcher('evil', 'cloud-map-dns')).toThrow('it knows none');
});

test('asks DNS once for many calls, and accounts for the answers with their TTL', async () => {
  await using dns = await startDnsServer(() => [
    { address: '127.10.1.1', port: 3000 },
    { address: '127.10.2.1', port: 3001 },
  ]);
  const finder = buildDnsFinder(peerAt(3000), buildDnsClient({ servers: [dns.address] }));
  expect(await finder.find()).toMatchObject({
    preferred: 2,
    account: { ttlSeconds: 10, answers: ['127.10.1.1:3000', '127.10.2.1:3001'] },
  });
  expect(finder.current()).toBe(await finder.find());
  expect(dns.questions).toHaveLength(1);
});

test('asks for the address of an SRV target that the answer does not carry', async () => {
  await using dns = await startDnsServer(() => [{ address: '127.10.1.1', port: 3000 }], { additionals: false });
  const finder = buildDnsFinder(peerAt(3000), buildDnsClient({ servers: [dns.address] }));
  expect((await finder.find()).targets).toEqual([{ address: '127.10.1.1:3000', origin: 'http://127.10.1.1:3000' }]);
  expect(dns.questions).toEqual([`udp SRV worker.${NAMESPACE}`, `udp A i0.worker.${NAMESPACE}`]);
});

test('takes the port of PEERS for A records', async () => {
  await using dns = await startDnsServer(() => [{ address: '127.10.1.1', port: 9 }]);
  const finder = buildDnsFinder(peerAt(3000, 'A'), buildDnsClient({ servers: [dns.address] }));
  expect((await finder.find()).targets[0]?.address).toBe('127.10.1.1:3000');
});

test('asks for every call when the TTL is 0', async () => {
  await using dns = await startDnsServer(() => [{ address: '127.10.1.1', port: 3000 }], { ttlSeconds: 0 });
  const finder = buildDnsFinder(peerAt(3000), buildDnsClient({ servers: [dns.address] }));
  await finder.find();
  expect(finder.current()).toBeUndefined();
});

async function buildFinder(places: () => readonly Place[], options: { revision?: () => number } = {}) {
  const clock = { ms: 0 };
  const server = await startCloudMapServer(places, options);
  const client = buildCloudMapClient(server.settings);
  const finder = buildApiFinder({
    peer: peerAt(3000),
    namespace: NAMESPACE,
    client,
    zone: async () => 'us-east-1b',
    now: () => clock.ms,
  });
  return {
    finder,
    clock,
    calls: server.calls,
    operations: () => server.calls.map(({ operation }) => operation),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const TWO_ZONES = [
  { address: '127.10.1.1', port: 3000, zone: 'us-east-1a' },
  { address: '127.10.2.1', port: 3000, zone: 'us-east-1b' },
];

test('asks Cloud Map for the instances that are healthy, or else all, and prefers those of its own zone', async () => {
  await using tools = await buildFinder(() => TWO_ZONES);
  const finding = await tools.finder.find();
  expect(tools.calls).toEqual([
    {
      operation: 'DiscoverInstances',
      input: { NamespaceName: NAMESPACE, ServiceName: 'worker', HealthStatus: 'HEALTHY_OR_ELSE_ALL' },
    },
  ]);
  expect(finding.targets.map(({ address }) => address)).toEqual(['127.10.2.1:3000', '127.10.1.1:3000']);
  expect(finding).toMatchObject({ preferred: 1, account: { preference: 'same zone (us-east-1b)' } });
});

test('takes any zone when there is none of its own', async () => {
  await using tools = await buildFinder(() => TWO_ZONES.slice(0, 1));
  expect(await tools.finder.find()).toMatchObject({
    preferred: 1,
    account: { preference: 'any zone (none in us-east-1b)' },
  });
});

test('asks only for the revision while nothing is registered or deregistered', async () => {
  let revision = 1;
  await using tools = await buildFinder(() => TWO_ZONES, { revision: () => revision });
  const first = await tools.finder.find();
  tools.clock.ms = 5000;
  expect(await tools.finder.find()).toBe(first);
  revision = 2;
  tools.clock.ms = 10_000;
  expect(await tools.finder.find()).toMatchObject({ account: { revision: 2 } });
  expect(tools.operations()).toEqual([
    'DiscoverInstances',
    'DiscoverInstancesRevision',
    'DiscoverInstancesRevision',
    'DiscoverInstances',
  ]);
});

test('reads the instances again now and then, since the revision does not change with health', async () => {
  await using tools = await buildFinder(() => TWO_ZONES);
  await tools.finder.find();
  tools.clock.ms = 15_000;
  await tools.finder.find();
  expect(tools.operations()).toEqual(['DiscoverInstances', 'DiscoverInstances']);
});

test('reads the instances again when a target could not be reached', async () => {
  await using tools = await buildFinder(() => TWO_ZONES);
  await tools.finder.find();
  tools.finder.doubt();
  tools.clock.ms = 5000;
  await tools.finder.find();
  expect(tools.operations()).toEqual(['DiscoverInstances', 'DiscoverInstances']);
});

test('says so when Cloud Map knows no instance', async () => {
  await using tools = await buildFinder(() => []);
  await expect(tools.finder.find()).rejects.toMatchObject({ code: 'DISCOVERY_NO_INSTANCE' });
});

test('names the error of the Cloud Map API', async () => {
  await using server = await startCloudMapServer(() => [], { error: () => 'ServiceNotFound' });
  await using client = buildCloudMapClient(server.settings);
  await expect(client.discover(NAMESPACE, 'worker')).rejects.toThrow(
    'Cloud Map could not be asked for worker in switchyard.internal: ServiceNotFound: No.',
  );
});

test('tells of every look-up that goes out, and of none that is answered from what is known', async () => {
  await using worker = await startHttpServer('127.0.0.1');
  const places = () => [{ address: '127.0.0.1', port: worker.port }];
  await using dns = await startDnsServer(places);
  await using cloudMap = await startCloudMapServer(places);
  const lookUps: [mechanism: string, failed: boolean][] = [];
  await using discovery = buildDiscoveryClient({
    peers: new Map([['worker', peerAt(worker.port)]]),
    namespace: NAMESPACE,
    zone: async () => 'us-east-1a',
    connectTimeoutMs: 3000,
    responseTimeoutMs: 5000,
    dns: buildDnsClient({ servers: [dns.address] }),
    cloudMap: buildCloudMapClient(cloudMap.settings),
    onLookUp: (mechanism, failed) => lookUps.push([mechanism, failed]),
  });
  for (const via of ['cloud-map-dns', 'cloud-map-dns', 'cloud-map-api', 'cloud-map-api', 'service-connect'] as const) {
    await discovery.call('worker', via, { path: '/x', headers: {}, timeoutMs: 2000, record: { attempts: [] } });
  }
  expect(lookUps).toEqual([
    ['cloud-map-dns', false],
    ['cloud-map-api', false],
  ]);
});

test('tells of a look-up that failed as one', async () => {
  await using dns = await startDnsServer(() => []);
  const lookUps: [mechanism: string, failed: boolean][] = [];
  await using discovery = buildDiscoveryClient({
    peers: new Map([['worker', peerAt(3000)]]),
    namespace: NAMESPACE,
    zone: async () => 'us-east-1a',
    connectTimeoutMs: 3000,
    responseTimeoutMs: 5000,
    dns: buildDnsClient({ servers: [dns.address] }),
    onLookUp: (mechanism, failed) => lookUps.push([mechanism, failed]),
  });
  await expect(discovery.resolve('worker', 'cloud-map-dns')).rejects.toThrow('does not exist in DNS');
  expect(lookUps).toEqual([['cloud-map-dns', true]]);
});
