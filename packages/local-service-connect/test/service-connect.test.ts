import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Agent, Pool, request } from 'undici';
import { expect, test } from 'vitest';

import { poolClass } from '../src/effects/pool.ts';
import { startServiceConnect, startServiceConnectProxy } from '../src/index.ts';
import { startTestCloudMap } from './cloud-map.ts';
import { apiEndpoint, call, startLab, startTask } from './harness.ts';

const region = 'us-east-1';

function endpointOf(name: string, listenAddress: string, port = 0) {
  return { ...apiEndpoint, discoveryName: name, dnsName: `${name}.mesh`, listenAddress, port };
}

test("tells the names that resolve in the task's containers", async () => {
  await using cloudMap = await startTestCloudMap();
  await using proxy = await startServiceConnectProxy({
    cloudMap: { endpointUrl: cloudMap.endpointUrl, region },
    endpoints: [endpointOf('api', '127.255.180.1'), endpointOf('worker', '127.255.180.2')],
    localAddress: '127.10.200.1',
  });

  expect(proxy.hosts).toEqual({ 'api.mesh': '127.255.180.1', 'worker.mesh': '127.255.180.2' });
});

test('tells aliases at one address and port apart by Host', async () => {
  await using api = await startTask((_, response) => response.end('api'));
  await using worker = await startTask((_, response) => response.end('worker'), '127.10.2.1');
  await using cloudMap = await startTestCloudMap();
  cloudMap.register('api', [api]);
  cloudMap.register('worker', [worker]);
  await using free = await startTask(() => {}, '127.255.181.1');
  const { port } = free;
  await free[Symbol.asyncDispose]();
  await using proxy = await startServiceConnectProxy({
    cloudMap: { endpointUrl: cloudMap.endpointUrl, region },
    endpoints: [endpointOf('api', '127.255.181.1', port), endpointOf('worker', '127.255.181.1', port)],
    localAddress: '127.10.200.1',
  });
  const address = { host: '127.255.181.1', port };

  expect(proxy.listeners).toHaveLength(2);
  expect((await call({ address }, { headers: { host: `API.mesh:${port}` } })).body).toBe('api');
  expect((await call({ address }, { headers: { host: 'worker.mesh' } })).body).toBe('worker');
  expect(await call({ address }, { headers: { host: 'other.mesh' } })).toMatchObject({ status: 404, body: '' });
});

test('refuses aliases at one address and port that Host cannot tell apart', async () => {
  await using serviceConnect = await startServiceConnect({ cloudMap: { endpointUrl: 'http://127.0.0.1:9', region } });
  const endpoints = [
    endpointOf('api', '127.255.182.1', 3000),
    { ...endpointOf('queue', '127.255.182.1', 3000), appProtocol: 'tcp' as const },
  ];

  await expect(serviceConnect.startProxy({ endpoints, localAddress: '127.10.200.1' })).rejects.toMatchObject({
    code: 'SERVICE_CONNECT_ADDRESS_SHARED',
    message: expect.stringContaining('queue.mesh'),
  });
});

test('names the address that is taken, and leaves no other listener open', async () => {
  await using taken = await startTask(() => {}, '127.255.183.2');
  await using serviceConnect = await startServiceConnect({ cloudMap: { endpointUrl: 'http://127.0.0.1:9', region } });
  const endpoints = [endpointOf('api', '127.255.183.1', taken.port), endpointOf('worker', '127.255.183.2', taken.port)];

  await expect(serviceConnect.startProxy({ endpoints, localAddress: '127.10.200.1' })).rejects.toMatchObject({
    code: 'SERVICE_CONNECT_ADDRESS_TAKEN',
    message: expect.stringContaining(`127.255.183.2:${taken.port}`),
  });
  await expect(call({ address: { host: '127.255.183.1', port: taken.port } })).rejects.toThrow('ECONNREFUSED');
});

test('says what to do about an address that the machine lacks', async () => {
  await using serviceConnect = await startServiceConnect({ cloudMap: { endpointUrl: 'http://127.0.0.1:9', region } });
  const endpoints = [endpointOf('api', '192.0.2.1')];

  await expect(serviceConnect.startProxy({ endpoints, localAddress: '127.10.200.1' })).rejects.toMatchObject({
    code: 'SERVICE_CONNECT_ADDRESS_UNAVAILABLE',
    message: expect.stringContaining('192.0.2.1'),
  });
});

test('closes at once when nothing is under way, keep-alive connections included', async () => {
  await using task = await startTask((_, response) => response.end('ok'));
  await using lab = await startLab({ tasks: [task], closeGraceMs: 60_000 });
  const agent = new Agent();
  const url = `http://${lab.address.host}:${lab.address.port}/`;
  const { body } = await request(url, { dispatcher: agent });
  await body.text();

  await lab.proxy[Symbol.asyncDispose]();

  await expect(request(url, { dispatcher: agent })).rejects.toThrow('ECONNREFUSED');
  await agent.close();
});

test('lets a request that is under way finish before it closes', async () => {
  const reached = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using task = await startTask((_, response) => {
    reached.resolve();
    void release.promise.then(() => response.end('finished'));
  });
  await using lab = await startLab({ tasks: [task], closeGraceMs: 60_000 });
  const agent = new Agent();
  const answer = request(`http://${lab.address.host}:${lab.address.port}/`, { dispatcher: agent });
  await reached.promise;

  const closed = lab.proxy[Symbol.asyncDispose]();
  release.resolve();

  expect(await (await answer).body.text()).toBe('finished');
  await closed;
  await agent.close();
});

test('cuts what is under way when the grace is over', async () => {
  const reached = Promise.withResolvers<void>();
  await using task = await startTask(() => reached.resolve());
  await using lab = await startLab({ tasks: [task], closeGraceMs: 10 });
  const request = httpRequest({ ...lab.address, agent: false }).end();
  const failed = once(request, 'error');
  await reached.promise;

  await lab.proxy[Symbol.asyncDispose]();

  expect(String((await failed)[0])).toContain('socket hang up');
});

test("loads undici's own Pool", () => {
  expect(poolClass()).toBe(Pool);
});
