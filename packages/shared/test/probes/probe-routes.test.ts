import { expect, test } from 'vitest';
import type { Peer } from '../../src/config/service-config.ts';
import { buildCloudMapClient } from '../../src/discovery/cloud-map-client.ts';
import { buildDiscoveryClient } from '../../src/discovery/discovery-client.ts';
import { buildDnsClient } from '../../src/discovery/dns-client.ts';
import { probeRoutes } from '../../src/probes/probe-routes.ts';
import { startCloudMapServer } from '../servers/cloud-map-server.ts';
import { startDnsServer } from '../servers/dns-server.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { buildTestService } from '../servers/test-service.ts';

async function start(places: readonly { address: string; port: number }[], aliasPort: number, alias = '127.77.0.1') {
  const stack = new AsyncDisposableStack();
  const dns = stack.use(await startDnsServer(() => places));
  const cloudMap = stack.use(await startCloudMapServer(() => places));
  const service = stack.use(buildTestService());
  const peer: Peer = {
    dnsName: 'api.switchyard.internal',
    recordType: 'SRV',
    port: 3000,
    serviceConnectUrl: `http://${alias}:${aliasPort}`,
  };
  const peers = new Map([['api', peer]]);
  const discovery = stack.use(
    buildDiscoveryClient({
      peers,
      namespace: 'switchyard.internal',
      zone: async () => 'unknown',
      connectTimeoutMs: 3000,
      responseTimeoutMs: 5000,
      dns: buildDnsClient({ servers: [dns.address] }),
      cloudMap: buildCloudMapClient(cloudMap.settings),
    }),
  );
  await service.app.register(probeRoutes, {
    ...service.context,
    config: { ...service.context.config, peers },
    discovery,
  });
  return {
    post: async (payload?: object) => {
      const answer = await service.app.inject({ method: 'POST', url: '/worker/probes', ...(payload && { payload }) });
      return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
    },
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

test('resolves, connects and asks, by every mechanism when nothing is said', async () => {
  await using api = await startHttpServer('127.77.0.1');
  await using lab = await start([{ address: '127.77.0.1', port: api.port }], api.port);
  const { status, json } = await lab.post();
  expect([status, json['ok']]).toEqual([200, true]);
  const fine = {
    ok: true,
    resolve: { ok: true, addresses: [`127.77.0.1:${api.port}`] },
    targets: [{ address: `127.77.0.1:${api.port}`, connect: { ok: true }, request: { ok: true, status: 200 } }],
  };
  expect(json['probes']).toMatchObject([
    { service: 'api', via: 'cloud-map-dns', ...fine },
    { service: 'api', via: 'cloud-map-api', ...fine },
    { service: 'api', via: 'service-connect', ...fine },
  ]);
});

test('asks a Service Connect alias by its name, since several may share an address', async () => {
  await using proxy = await startHttpServer('127.0.0.1', 0, ({ headers }, response) =>
    response.writeHead(headers.host === `localhost:${proxy.port}` ? 200 : 404).end(),
  );
  await using lab = await start([], proxy.port, 'localhost');
  const { json } = await lab.post({ probes: [{ service: 'api', via: 'service-connect' }] });
  const targets = (json['probes'] as { targets: { address: string }[] }[])[0]?.targets;
  const target = targets?.find(({ address }) => address === `127.0.0.1:${proxy.port}`);
  expect(target).toMatchObject({ connect: { ok: true }, request: { ok: true, status: 200 } });
});

test('says which step to which target failed', async () => {
  await using api = await startHttpServer('127.77.0.1', 0, (_request, response) => response.writeHead(503).end());
  const places = ['127.77.0.1', '127.77.0.2'].map((address) => ({ address, port: api.port }));
  await using lab = await start(places, api.port);
  const { json } = await lab.post({ probes: [{ service: 'api' }] });
  expect(json).toMatchObject({
    ok: false,
    from: { service: 'worker' },
    probes: [
      {
        via: 'cloud-map-dns',
        path: '/healthz',
        ok: false,
        targets: [
          { address: `127.77.0.1:${api.port}`, connect: { ok: true }, request: { ok: false, status: 503 } },
          { address: `127.77.0.2:${api.port}`, connect: { ok: false, error: { code: 'ECONNREFUSED' } } },
        ],
      },
    ],
  });
});

test('says so when a name does not resolve', async () => {
  await using lab = await start([], 1);
  const { json } = await lab.post({ probes: [{ service: 'api', via: 'cloud-map-dns' }] });
  expect(json['probes']).toMatchObject([
    { ok: false, resolve: { ok: false, error: { code: 'DISCOVERY_DNS_NO_NAME' } }, targets: [] },
  ]);
});

test('refuses everything but services of the lab', async () => {
  await using lab = await start([], 1);
  expect(await lab.post({ probes: [{ service: '169.254.169.254' }] })).toMatchObject({
    status: 400,
    json: { code: 'SERVICE_PEER_UNKNOWN', services: ['api'] },
  });
});

test('refuses other paths, other members, and more probes than its limit', async () => {
  await using lab = await start([], 1);
  const answers = await Promise.all([
    lab.post({ probes: [{ service: 'api', path: '/latest/meta-data' }] }),
    lab.post({ probes: [{ service: 'api', url: 'http://example.com' }] }),
    lab.post({ probes: Array.from({ length: 25 }, () => ({ service: 'api' })) }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
});
