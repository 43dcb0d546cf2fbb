import { KitError, buildContext, loadServiceConfig } from '@switchyard/shared';
import type { DiscoveryClient, Hop } from '@switchyard/shared';
import { expect, test } from 'vitest';
import { CALLS_BEHIND, buildApp } from '../src/app.ts';

const PEER = {
  dnsName: 'worker.switchyard.internal',
  recordType: 'SRV',
  port: 3000,
  serviceConnectUrl: 'http://worker.mesh:3000',
};
const WORKER: Hop = {
  service: 'worker',
  taskId: '0123456789abcdef0123456789abcdef',
  taskDefinition: 'worker:1',
  zone: 'us-east-1b',
  address: '127.10.101.6',
  reached: { by: 'direct', from: '127.10.1.4' },
  attempts: [],
  ms: 1,
};

const calls: DiscoveryClient['call'] = async (service, via, { path, record }) => {
  expect([service, path]).toEqual(['worker', '/worker/hop']);
  if (via === 'cloud-map-api') throw new KitError('PEER_TIMED_OUT', 'The service worker did not answer within 1 ms.');
  record.account = { by: 'service-connect', alias: `by ${via}` };
  record.attempts.push({ address: '127.10.101.6:3000', outcome: 'answered 200', ms: 1 });
  return { status: 200, json: WORKER };
};

function build(discovery: Partial<DiscoveryClient> = { call: calls }) {
  const config = loadServiceConfig({
    SERVICE_NAME: 'api',
    BASE_PATH: '/api',
    ALB_ROUTE: 'priority 20: path /api, /api/*',
    LOG_LEVEL: 'silent',
    PEERS: JSON.stringify({ worker: PEER }),
  });
  const context = buildContext(config, CALLS_BEHIND);
  const app = buildApp({ ...context, discovery: { ...context.discovery, ...discovery } });
  return { app, [Symbol.asyncDispose]: async () => await app.close() };
}

test('answers a journey of two hops as JSON when asked for it', async () => {
  await using api = build();
  for (const given of [
    { url: '/api/journey', headers: { accept: 'application/json' } },
    { url: '/api/journey?format=json' },
  ]) {
    const answer = await api.app.inject(given);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      200,
      {
        via: 'cloud-map-dns',
        hops: [
          { service: 'api', reached: { by: 'direct' } },
          {
            service: 'worker',
            zone: 'us-east-1b',
            reached: { alias: 'by cloud-map-dns', picked: '127.10.101.6:3000' },
          },
        ],
      },
    ]);
  }
});

test('answers a journey as text to everybody else', async () => {
  await using api = build();
  const answer = await api.app.inject({ url: '/api/journey', headers: { accept: '*/*', 'x-forwarded-port': '80' } });
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.body).toMatch(/^client\n {2}│ load balancer, priority 20: path \/api, \/api\/\*\n {2}▼\napi /);
});

test('finds the worker by the mechanism that the request asks for', async () => {
  await using api = build();
  const answer = await api.app.inject('/api/journey?via=service-connect&format=json');
  expect(answer.json()).toMatchObject({
    via: 'service-connect',
    hops: [{}, { reached: { alias: 'by service-connect' } }],
  });
});

test('refuses a mechanism that there is not, and names those that there are', async () => {
  await using api = build();
  const answer = await api.app.inject('/api/journey?via=guess');
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    problems: ['?via must be one of cloud-map-dns, cloud-map-api, service-connect, but is "guess".'],
  });
});

test('answers 504 with the hops so far when the worker does not answer in time', async () => {
  await using api = build();
  const answer = await api.app.inject('/api/journey?via=cloud-map-api&format=json');
  expect(answer.statusCode).toBe(504);
  expect(answer.json()).toMatchObject({
    hops: [{ service: 'api' }],
    error: { call: 'api → worker', code: 'PEER_TIMED_OUT' },
  });
});

test('shows what each mechanism answers for a service', async () => {
  const lookUp: DiscoveryClient['lookUp'] = async (service) => ({
    service,
    mechanisms: {
      'cloud-map-dns': { ms: 1, name: PEER.dnsName, recordType: 'SRV', answers: [] },
      'cloud-map-api': { ms: 1, error: { code: 'DISCOVERY_API_FAILED', detail: 'No.' } },
      'service-connect': { ms: 1, alias: PEER.serviceConnectUrl, addresses: ['127.255.1.1:3000'] },
    },
  });
  await using api = build({ lookUp });
  expect((await api.app.inject('/api/discovery/worker')).json()).toEqual(await lookUp('worker'));
});

test('answers 404 for a service that there is not, and lists those that there are', async () => {
  await using api = build();
  const answer = await api.app.inject('/api/discovery/constructor');
  expect([answer.statusCode, answer.json()]).toMatchObject([404, { services: ['worker'] }]);
});
