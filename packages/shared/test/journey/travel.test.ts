import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DiscoveryClient } from '../../src/discovery/discovery-client.ts';
import { KitError } from '../../src/errors.ts';
import { hopOf } from '../../src/journey/journey.ts';
import { journeyOf, travel } from '../../src/journey/travel.ts';
import type { TravelOptions } from '../../src/journey/travel.ts';

const IDENTITY = {
  service: 'api',
  taskId: 't1',
  taskDefinition: 'api:1',
  cluster: 'c',
  zone: 'us-east-1a',
  address: '127.10.1.1',
  source: 'task metadata',
};
const WORKER = hopOf({ ...IDENTITY, service: 'worker' }, { by: 'direct', from: '127.10.1.1' }, 1);
const TRACE = { root: '1-67891233-abcdef012345678912345678', header: 'Root=1-67891233-abcdef012345678912345678;X=y' };
const ACCOUNT = { by: 'service-connect', alias: 'http://worker.mesh:3000' } as const;

type Call = DiscoveryClient['call'];

async function go(call: Call): ReturnType<typeof travel> {
  const options: TravelOptions = {
    discovery: { call } as DiscoveryClient,
    identity: IDENTITY,
    reached: { by: 'load-balancer', route: 'priority 20' },
    startedMs: performance.now(),
    next: { service: 'worker', via: 'service-connect', path: '/worker/hop' },
    via: 'service-connect',
    trace: TRACE,
    requestId: 'abc',
    timeoutMs: 1000,
  };
  return await travel(options);
}

const answering =
  (json: unknown): Call =>
  async (_service, _via, { record }) => {
    record.account = ACCOUNT;
    record.attempts.push({ address: 'worker.mesh:3000', outcome: 'answered 200', ms: 1 });
    return { status: 200, json };
  };

test('puts its own hop in front, and writes into the next one how it was reached', async () => {
  const { hops, error } = await go(answering(WORKER));
  expect(error).toBeUndefined();
  expect(hops).toMatchObject([
    { service: 'api', reached: { by: 'load-balancer', route: 'priority 20' } },
    { service: 'worker', reached: { ...ACCOUNT, picked: 'worker.mesh:3000' }, attempts: [{ outcome: 'answered 200' }] },
  ]);
});

test('passes the trace and the request id on', async () => {
  const seen: unknown[] = [];
  await go(async (service, via, request) => {
    seen.push(service, via, request.path, request.headers);
    return await answering(WORKER)(service, via, request);
  });
  expect(seen).toEqual([
    'worker',
    'service-connect',
    '/worker/hop',
    { accept: 'application/json', 'x-amzn-trace-id': TRACE.header, 'x-request-id': 'abc' },
  ]);
});

test('keeps the hops and the error of a journey that ended further on', async () => {
  const error = { status: 504, code: 'PEER_TIMED_OUT', call: 'api → worker', detail: 'x', attempts: [] };
  const journey = await go(answering({ hops: [WORKER, WORKER], error }));
  expect(journey.hops).toHaveLength(3);
  expect(journey.error).toEqual(error);
});

test.each([
  ['PEER_TIMED_OUT', 504],
  ['DISCOVERY_DNS_TIMED_OUT', 504],
  ['PEER_UNREACHABLE', 502],
  ['DISCOVERY_NO_INSTANCE', 502],
] as const)('answers with the hops so far and the reason when the call fails with %s', async (code, status) => {
  const journey = await go(async () => {
    throw new KitError(code, 'It failed.');
  });
  expect(journey.hops).toMatchObject([{ service: 'api' }]);
  expect(journey.error).toEqual({ status, code, call: 'api → worker', detail: 'It failed.', attempts: [] });
});

test('says that an answer without a journey is rubbish', async () => {
  expect((await go(answering({ hops: 'none' }))).error).toMatchObject({ status: 502, code: 'PEER_ANSWERED_RUBBISH' });
});

test('reads any JSON as a journey or as none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const journey = journeyOf(json);
      return journey === undefined || journey.hops.length > 0;
    }),
  );
});
