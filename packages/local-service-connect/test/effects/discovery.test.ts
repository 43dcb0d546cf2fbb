import { once } from 'node:events';
import { expect, test } from 'vitest';

import { servicePolicy, startServiceConnect, type ServiceConnectEvent } from '../../src/index.ts';
import { startTestCloudMap } from '../cloud-map.ts';
import { apiEndpoint, call, startLab, startTask } from '../harness.ts';

type HostsChanged = Extract<ServiceConnectEvent, { kind: 'hosts-changed' }>;

function hostsChanged(matches: (event: HostsChanged) => boolean) {
  return (event: ServiceConnectEvent): event is HostsChanged => event.kind === 'hosts-changed' && matches(event);
}

test('answers 503 while no task is registered, and finds the first one at once', async () => {
  await using task = await startTask((_, response) => response.end('answered'));
  await using lab = await startLab({ tasks: [], pollIntervalMs: 60_000 });

  expect(await call(lab)).toMatchObject({ status: 503, body: 'no healthy upstream', headers: { server: 'envoy' } });
  lab.cloudMap.register('api', [task]);
  expect((await call(lab)).body).toBe('answered');
});

test('answers 503 for a service that Cloud Map does not know', async () => {
  await using lab = await startLab();

  expect(await call(lab)).toMatchObject({ status: 503, body: 'no healthy upstream' });
});

test('follows tasks that come and go', async () => {
  await using a = await startTask((_, response) => response.end('a'), '127.10.1.1');
  await using b = await startTask((_, response) => response.end('b'), '127.10.2.1');
  await using lab = await startLab({ tasks: [a] });
  await call(lab);

  lab.cloudMap.register('api', [b]);
  const change = await lab.event(hostsChanged(({ added }) => added.includes(b.key)));

  expect(change.removed).toEqual([a.key]);
  expect((await call(lab)).body).toBe('b');
});

test('closes its connections to a task that is gone', async () => {
  await using task = await startTask((_, response) => response.end('a'));
  task.server.keepAliveTimeout = 0;
  const connected = once(task.server, 'connection');
  await using lab = await startLab({ tasks: [task] });
  await call(lab);
  const [socket] = await connected;

  lab.cloudMap.register('api', []);

  await once(socket, 'close');
  expect(socket.closed).toBe(true);
});

test('loses every task when the service is deleted', async () => {
  await using task = await startTask((_, response) => response.end('a'));
  await using lab = await startLab({ tasks: [task] });
  await call(lab);

  lab.cloudMap.register('api', undefined);
  await lab.event(hostsChanged(({ removed }) => removed.includes(task.key)));

  expect((await call(lab)).status).toBe(503);
});

test('keeps the tasks it knows while Cloud Map is away', async () => {
  await using task = await startTask((_, response) => response.end('still here'));
  await using lab = await startLab({ tasks: [task], pollIntervalMs: 1 });
  await call(lab);

  lab.cloudMap.isAway = true;
  await lab.cloudMap.called(lab.cloudMap.calls.length + 3);

  expect((await call(lab)).body).toBe('still here');
});

test('makes a request wait for the first list while Cloud Map is away', async () => {
  await using task = await startTask((_, response) => response.end('answered'));
  await using lab = await startLab({ tasks: [task] });
  lab.cloudMap.isAway = true;

  const answer = call(lab);
  await lab.cloudMap.called(2);
  lab.cloudMap.isAway = false;

  expect((await answer).body).toBe('answered');
});

test('gives up on a first list that does not come', async () => {
  await using lab = await startLab({ policy: { ...servicePolicy, firstListTimeoutMs: 10 } });
  lab.cloudMap.isAway = true;

  expect(await call(lab)).toMatchObject({ status: 503, body: 'no healthy upstream' });
});

test('asks nothing before a request needs a task', async () => {
  await using task = await startTask((_, response) => response.end());
  await using lab = await startLab({ tasks: [task] });

  expect(lab.cloudMap.calls).toEqual([]);
  await call(lab);
  expect(lab.cloudMap.calls[0]).toBe('DiscoverInstances api');
});

test('asks once for all the proxies that call a service', async () => {
  await using task = await startTask((_, response) => response.end());
  await using cloudMap = await startTestCloudMap();
  cloudMap.register('api', [task]);
  await using serviceConnect = await startServiceConnect({
    cloudMap: { endpointUrl: cloudMap.endpointUrl, region: 'us-east-1' },
    pollIntervalMs: 60_000,
  });
  const listenAddresses = ['127.255.190.1', '127.255.191.1', '127.255.192.1'];
  const proxies = await Promise.all(
    listenAddresses.map((listenAddress) =>
      serviceConnect.startProxy({ endpoints: [{ ...apiEndpoint, listenAddress }], localAddress: '127.10.200.1' }),
    ),
  );

  await Promise.all(
    proxies.map(({ listeners: [listener] }) => call({ address: { host: listener!.address, port: listener!.port } })),
  );

  expect(cloudMap.calls).toEqual(['DiscoverInstances api']);
});

test('leaves out instances without an address or a port', async () => {
  await using task = await startTask((_, response) => response.end('answered'));
  await using lab = await startLab({
    tasks: [{ address: '127.10.1.2', port: 0 }, { address: 'not an address', port: 80 }, task],
  });

  expect((await call(lab)).body).toBe('answered');
  expect(lab.proxy.statistics()[0]!.hosts.map(({ host }) => host)).toEqual([task.key]);
});

test('reads the lists ahead when told to warm up', async () => {
  await using task = await startTask((_, response) => response.end('answered'));
  await using cloudMap = await startTestCloudMap();
  cloudMap.register('api', [task]);
  await using serviceConnect = await startServiceConnect({
    cloudMap: { endpointUrl: cloudMap.endpointUrl, region: 'us-east-1' },
    pollIntervalMs: 60_000,
  });
  const endpoints = [{ ...apiEndpoint, listenAddress: '127.255.193.1' }];
  await using proxy = await serviceConnect.startProxy({ endpoints, localAddress: '127.10.200.1' });

  await serviceConnect.warm();
  const known = proxy.statistics()[0]!.hosts.map(({ host }) => host);
  const { address: host, port } = proxy.listeners[0]!;
  await call({ address: { host, port } });

  expect(known).toEqual([task.key]);
  expect(cloudMap.calls).toEqual(['DiscoverInstances api']);
});
