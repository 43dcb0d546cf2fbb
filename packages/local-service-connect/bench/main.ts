/**
 * What the proxy adds to a call: `node bench/main.ts`. One client process calls one task directly and through the proxy, in turn, with
 * undici's Pool; prints medians in microseconds and requests per second with 32 calls under way.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

import { startServiceConnectProxy } from '../src/index.ts';
import { startTestCloudMap } from '../test/cloud-map.ts';

const [role, target = ''] = process.argv.slice(2);
const rounds = 3_000;

if (role === 'task') {
  const server = createServer((_, response) => response.end('{"status":"ok"}'));
  server.listen(0, '127.10.1.1', () => process.send?.((server.address() as AddressInfo).port));
} else if (role === 'proxy') {
  await using cloudMap = await startTestCloudMap();
  cloudMap.register('api', [{ address: '127.10.1.1', port: Number(target) }]);
  await using proxy = await startServiceConnectProxy({
    cloudMap: { endpointUrl: cloudMap.endpointUrl, region: 'us-east-1' },
    localAddress: '127.10.3.1',
    endpoints: [
      {
        namespace: 'mesh',
        discoveryName: 'api',
        dnsName: 'api.mesh',
        port: 0,
        appProtocol: 'http',
        listenAddress: '127.255.1.1',
      },
    ],
    onEvent: () => {},
  });
  process.send?.(proxy.listeners[0]?.port);
  await once(process, 'disconnect');
} else {
  await compare();
}

async function compare(): Promise<void> {
  await using task = await start('task');
  await using proxy = await start('proxy', String(task.port));
  const direct = new Pool(`http://127.10.1.1:${task.port}`);
  const proxied = new Pool(`http://127.255.1.1:${proxy.port}`);
  for (const pool of [direct, proxied]) await medianMicroseconds(pool);
  const directUs = await medianMicroseconds(direct);
  const proxiedUs = await medianMicroseconds(proxied);
  console.log(
    `one call at a time    direct ${directUs} µs   through the proxy ${proxiedUs} µs   added ${proxiedUs - directUs} µs`,
  );
  const directRate = await requestsPerSecond(direct);
  const proxiedRate = await requestsPerSecond(proxied);
  console.log(`32 calls under way    direct ${directRate}/s   through the proxy ${proxiedRate}/s`);
  await Promise.all([direct.close(), proxied.close()]);
}

async function start(...argv: string[]): Promise<AsyncDisposable & { port: number }> {
  const child = fork(import.meta.filename, argv);
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function ask(pool: Pool): Promise<void> {
  const { body } = await pool.request({ path: '/', method: 'GET' });
  await body.dump();
}

async function medianMicroseconds(pool: Pool): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    await ask(pool);
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  return Math.round((times[rounds / 2] ?? 0) * 1_000);
}

async function requestsPerSecond(pool: Pool): Promise<number> {
  const startedMs = performance.now();
  let left = rounds * 5;
  const work = async (): Promise<void> => {
    while (left-- > 0) await ask(pool);
  };
  await Promise.all(Array.from({ length: 32 }, work));
  return Math.round((rounds * 5 * 1_000) / (performance.now() - startedMs));
}
