import { buildContext, loadServiceConfig } from '@switchyard/shared';
import { expect, test } from 'vitest';
import { CALLS_BEHIND, buildApp } from '../src/app.ts';

const PEERS = JSON.stringify({
  api: {
    dnsName: 'api.switchyard.internal',
    recordType: 'A',
    port: 3000,
    serviceConnectUrl: 'http://127.0.0.1:1',
  },
});

function build() {
  const config = loadServiceConfig({
    SERVICE_NAME: 'worker',
    BASE_PATH: '/worker',
    ALB_ROUTE: 'priority 30: path /worker, /worker/*',
    LOG_LEVEL: 'silent',
    PEERS,
  });
  const app = buildApp(buildContext(config, CALLS_BEHIND));
  return { app, [Symbol.asyncDispose]: async () => await app.close() };
}

test('answers its hop of a journey', async () => {
  await using worker = build();
  const answer = await worker.app.inject('/worker/hop');
  expect([answer.statusCode, answer.json()]).toMatchObject([
    200,
    { service: 'worker', taskId: 'by-hand', reached: { by: 'direct' }, attempts: [], ms: expect.any(Number) },
  ]);
});

test('names the listener rule when a load balancer asks', async () => {
  await using worker = build();
  const answer = await worker.app.inject({ url: '/worker/hop', headers: { 'x-forwarded-port': '80' } });
  expect(answer.json()).toMatchObject({
    reached: { by: 'load-balancer', route: 'priority 30: path /worker, /worker/*' },
  });
});

test('answers whoami at the root, for the header rule, and under its path', async () => {
  await using worker = build();
  const answers = [await worker.app.inject('/whoami'), await worker.app.inject('/worker/whoami')];
  expect(answers.map((answer) => answer.json<{ service: string }>().service)).toEqual(['worker', 'worker']);
});

test('probes services of the lab only', async () => {
  await using worker = build();
  const ask = async (service: string) =>
    await worker.app.inject({
      method: 'POST',
      url: '/worker/probes',
      payload: { probes: [{ service, via: 'service-connect' }] },
    });
  expect((await ask('example.com')).statusCode).toBe(400);
  expect((await ask('api')).json()).toMatchObject({
    ok: false,
    probes: [{ service: 'api', targets: [{ address: '127.0.0.1:1', connect: { error: { code: 'ECONNREFUSED' } } }] }],
  });
});
