/**
 * What a call to another service costs through each discovery mechanism, against a bare undici Pool to a fixed address, all in the
 * same run: the mechanisms take turns in short rounds, so that whatever else the machine does meets all of them alike. The server is a
 * process of its own; DNS and the Cloud Map API are asked over the wire, refreshes included.
 *
 *     node bench/discovery.ts [rounds] [requests per round]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Pool, request } from 'undici';
import type { Dispatcher } from 'undici';
import { buildCloudMapClient } from '../src/discovery/cloud-map-client.ts';
import { buildDiscoveryClient } from '../src/discovery/discovery-client.ts';
import { buildDnsClient } from '../src/discovery/dns-client.ts';
import { MECHANISMS } from '../src/discovery/mechanism.ts';
import { startCloudMapServer } from '../test/servers/cloud-map-server.ts';
import { startDnsServer } from '../test/servers/dns-server.ts';

const ADDRESSES = ['127.0.0.1', '127.0.0.2'];
const BODY = JSON.stringify({ service: 'worker', taskId: '0123456789abcdef0123456789abcdef', zone: 'us-east-1a' });

if (process.send !== undefined) await serve();
else await measure(Number(process.argv[2] ?? 150), Number(process.argv[3] ?? 100));

async function serve(): Promise<void> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY);
  });
  await once(server.listen(0, '0.0.0.0'), 'listening');
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
  process.once('disconnect', () => process.exit(0));
}

async function measure(rounds: number, requests: number): Promise<void> {
  const child = fork(import.meta.filename);
  const [port] = (await once(child, 'message')) as [number];
  const origin = `http://127.0.0.1:${port}`;
  await using dns = await startDnsServer(() => ADDRESSES.map((address) => ({ address, port })));
  await using cloudMap = await startCloudMapServer(() => ADDRESSES.map((address) => ({ address, port })));
  await using discovery = buildDiscoveryClient({
    peers: new Map([
      ['worker', { dnsName: 'worker.switchyard.internal', recordType: 'SRV', port, serviceConnectUrl: origin }],
    ]),
    namespace: 'switchyard.internal',
    zone: async () => 'us-east-1a',
    connectTimeoutMs: 1000,
    responseTimeoutMs: 2000,
    dns: buildDnsClient({ servers: [dns.address] }),
    cloudMap: buildCloudMapClient(cloudMap.settings),
  });
  const bare = new Pool(origin, { connections: 64 });
  const contestants = new Map<string, Dispatcher>([
    ['bare pool', bare],
    ...MECHANISMS.map((via): [string, Dispatcher] => [via, discovery.dispatcher('worker', via)]),
    ['bare pool again', bare],
  ]);
  const times = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  for (let round = -5; round < rounds; round += 1) {
    const order = [...contestants].map((_, index, all) => all[(index + round + 5) % all.length]!);
    for (const [name, dispatcher] of order) {
      for (let count = 0; count < requests; count += 1) {
        const startedMs = performance.now();
        const { body } = await request(`${origin}/worker/hop`, { dispatcher });
        await body.text();
        if (round >= 0) times.get(name)!.push(performance.now() - startedMs);
      }
    }
  }
  report(times);
  await bare.close();
  child.disconnect();
}

function report(times: ReadonlyMap<string, number[]>): void {
  const medians = new Map([...times].map(([name, ms]) => [name, ms.toSorted((a, b) => a - b)[ms.length >> 1]! * 1000]));
  const base = medians.get('bare pool')!;
  for (const [name, us] of medians) {
    const added = (us - base).toFixed(1).padStart(6);
    console.log(
      `${name.padEnd(16)} ${us.toFixed(1).padStart(7)} µs median  ${added} µs added  ${(us / base).toFixed(3)} ×`,
    );
  }
}
