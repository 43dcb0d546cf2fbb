import { expect, test } from 'vitest';
import { ProblemError } from '../../src/service/problem.ts';
import { buildTestService } from '../servers/test-service.ts';

const ROOT = '1-67891233-abcdef012345678912345678';

test('says that it is live and ready, and 503 while it drains', async () => {
  await using service = buildTestService();
  const ready = await service.app.inject('/healthz');
  expect([ready.statusCode, ready.json()]).toEqual([200, { service: 'worker', live: true, ready: true, status: 'ok' }]);
  service.lifecycle.drain();
  const draining = await service.app.inject('/healthz');
  expect([draining.statusCode, draining.json()]).toEqual([
    503,
    { service: 'worker', live: true, ready: false, status: 'draining' },
  ]);
});

test('closes connections after their response while it drains, whatever the response is', async () => {
  await using service = buildTestService();
  expect((await service.app.inject('/whoami')).headers['connection']).not.toBe('close');
  service.lifecycle.drain();
  const answers = await Promise.all(['/whoami', '/nope', '/healthz'].map(async (url) => await service.app.inject(url)));
  expect(answers.map(({ headers }) => headers['connection'])).toEqual(['close', 'close', 'close']);
});

test('says who it is at the root and under its base path, and what it saw of the request', async () => {
  await using service = buildTestService();
  const headers = {
    'x-amzn-trace-id': `Root=${ROOT}`,
    'x-request-id': 'abc',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-port': '80',
    host: 'lab.example',
  };
  for (const url of ['/whoami', '/worker/whoami']) {
    expect((await service.app.inject({ url, headers })).json()).toMatchObject({
      service: 'worker',
      taskId: 'by-hand',
      albRoute: 'priority 30',
      request: { id: 'abc', traceId: ROOT, url, host: 'lab.example', forwardedFor: '203.0.113.7', forwardedPort: '80' },
    });
  }
});

test('makes a request id and a trace when there is none, or none to be trusted', async () => {
  await using service = buildTestService();
  const { headers, ...answer } = await service.app.inject({ url: '/whoami', headers: { 'x-request-id': 'a b\u0007' } });
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.json()).toMatchObject({ request: { traceId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/) } });
});

test('writes one JSON log line per request, with both ids, and none for a health check', async () => {
  await using service = buildTestService();
  await service.app.inject({
    url: '/whoami?x=1',
    headers: { 'x-request-id': 'abc', 'x-amzn-trace-id': `Root=${ROOT}` },
  });
  await service.app.inject('/healthz');
  const line = { level: 'info', service: 'worker', requestId: 'abc', traceId: ROOT, url: '/whoami?x=1', status: 200 };
  expect(service.logs).toMatchObject([line]);
});

test('answers an unknown route with a problem', async () => {
  await using service = buildTestService();
  const answer = await service.app.inject({ method: 'PUT', url: '/nope?secret=1' });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json()).toMatchObject({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'SERVICE_ROUTE_UNKNOWN',
    detail: 'There is no PUT /nope in this service.',
    requestId: expect.any(String),
    traceId: expect.any(String),
  });
});

test('cuts what a client sends at will before it logs or repeats it', async () => {
  await using service = buildTestService();
  const answer = await service.app.inject({
    url: `/${'a'.repeat(9000)}`,
    headers: { 'x-forwarded-for': 'b'.repeat(9000) },
  });
  expect(answer.body.length).toBeLessThan(3000);
  expect(JSON.stringify(service.logs).length).toBeLessThan(3000);
});

test('answers a broken URL with a problem', async () => {
  await using service = buildTestService();
  const answer = await service.app.inject('/%zz');
  expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'SERVICE_URL_INVALID' }]);
});

test('answers input that does not fit the schema with a problem that lists every fault', async () => {
  await using service = buildTestService();
  const schema = {
    querystring: {
      type: 'object',
      required: ['a', 'n'],
      properties: { a: { type: 'string' }, n: { type: 'integer' } },
    },
  };
  service.app.get('/x', { schema }, () => 'never');
  expect((await service.app.inject('/x?n=one')).json()).toMatchObject({
    status: 400,
    code: 'SERVICE_REQUEST_INVALID',
    problems: ['?a is missing.', '?n must be an integer of any size, but is "one".'],
  });
});

test('gives nothing away about an unexpected failure, and logs it', async () => {
  await using service = buildTestService();
  service.app.get('/x', () => {
    throw new Error('the password is 1234');
  });
  const answer = await service.app.inject('/x');
  expect(answer.json()).toMatchObject({ status: 500, code: 'SERVICE_FAILED' });
  expect(answer.body).not.toContain('1234');
  expect(JSON.stringify(service.logs)).toContain('the password is 1234');
});

test('answers a problem that a route throws, extensions included', async () => {
  await using service = buildTestService();
  service.app.get('/x', () => {
    throw new ProblemError(409, 'WORKER_BUSY', 'Come back later.', { seconds: 3 });
  });
  expect((await service.app.inject('/x')).json()).toMatchObject({ status: 409, code: 'WORKER_BUSY', seconds: 3 });
});

test.each([
  ['application/json', '{', 400, 'SERVICE_BODY_INVALID'],
  ['application/json', '', 400, 'SERVICE_BODY_EMPTY'],
  ['application/json', JSON.stringify('x'.repeat(70_000)), 413, 'SERVICE_BODY_TOO_LARGE'],
  ['image/png', 'x', 415, 'SERVICE_MEDIA_TYPE_UNSUPPORTED'],
])('answers a body of type %s that it cannot take with a problem (%#)', async (type, payload, status, code) => {
  await using service = buildTestService();
  service.app.post('/x', () => 'never');
  const answer = await service.app.inject({ method: 'POST', url: '/x', payload, headers: { 'content-type': type } });
  expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
});

test('answers 503 when a handler takes too long', async () => {
  await using service = buildTestService({ limits: { handlerTimeoutMs: 20 } });
  service.app.get('/x', async () => await new Promise(() => {}));
  expect((await service.app.inject('/x')).json()).toMatchObject({ status: 503, code: 'SERVICE_TIMED_OUT' });
});
