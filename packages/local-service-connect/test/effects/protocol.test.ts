import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import type { RequestEvent, ServiceConnectEvent } from '../../src/index.ts';
import { call, callRaw, startLab, startTask } from '../harness.ts';

const isRequest = (event: ServiceConnectEvent): event is RequestEvent => event.kind === 'request';

test("shows the task the alias as Host, and Envoy's headers", async () => {
  await using task = await startTask((request, response) => response.end(JSON.stringify(request.headers)));
  await using lab = await startLab({ tasks: [task] });

  const answer = await call(lab, { headers: { accept: 'text/plain' } });

  expect(JSON.parse(answer.body)).toEqual({
    accept: 'text/plain',
    connection: 'keep-alive',
    host: 'api.mesh:3000',
    'x-envoy-expected-rq-timeout-ms': '15000',
    'x-forwarded-proto': 'http',
    'x-request-id': expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
  });
});

test("answers in Envoy's name, with the task's time and the task's own headers", async () => {
  await using task = await startTask((_, response) => {
    response.writeHead(201, { server: 'mine', 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/x' }).end('made');
  });
  await using lab = await startLab({ tasks: [task] });

  const { status, headers } = await call(lab);

  expect(status).toBe(201);
  expect(headers).toMatchObject({ server: 'envoy', 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/x' });
  expect(headers['x-envoy-upstream-service-time']).toMatch(/^\d+$/);
});

test('tells each request, with its access log line', async () => {
  await using task = await startTask(
    (request, response) => void request.resume().once('end', () => response.end('ok')),
  );
  await using lab = await startLab({ tasks: [task] });
  const headers = { 'x-request-id': 'id-7', 'user-agent': 'test', 'x-forwarded-for': '10.0.0.1' };

  await call(lab, { method: 'POST', path: '/a?b=c', headers, body: 'abc' });
  const event = await lab.event(isRequest);

  expect(event).toMatchObject({ endpoint: 'api.mesh', attempts: 1, responseCode: 200, path: '/a?b=c' });
  expect(event.line).toMatch(
    /^\[\S+Z\] "POST \/a HTTP\/1\.1" 200 3 2 \d+ \d+ "10\.0\.0\.1" "test" "id-7" "api\.mesh:3000" "127\.10\.1\.1:\d+"$/,
  );
});

test('answers HEAD, 204 and 304 without a body and keeps the connection', async () => {
  await using task = await startTask((request, response) => {
    if (request.method === 'HEAD') response.setHeader('content-length', '1234');
    response.writeHead(request.method === 'HEAD' ? 200 : Number(request.url?.slice(1))).end();
  });
  await using lab = await startLab({ tasks: [task] });

  expect(await call(lab, { method: 'HEAD' })).toMatchObject({
    status: 200,
    body: '',
    headers: { 'content-length': '1234' },
  });
  expect(await call(lab, { path: '/204' })).toMatchObject({ status: 204, body: '' });
  expect(await call(lab, { path: '/304' })).toMatchObject({ status: 304, body: '' });
});

test('sends a chunked GET body on', async () => {
  await using echo = await startTask((request, response) => request.pipe(response));
  await using lab = await startLab({ tasks: [echo] });

  const raw = await callRaw(
    lab,
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );

  expect(raw).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*abc/);
});

test('answers Expect: 100-continue itself', async () => {
  await using echo = await startTask((request, response) => {
    response.setHeader('x-expect', request.headers.expect ?? 'none');
    request.pipe(response);
  });
  await using lab = await startLab({ tasks: [echo] });
  const request = httpRequest({ ...lab.address, method: 'POST', agent: false, headers: { expect: '100-continue' } });
  request.flushHeaders();

  await once(request, 'continue');
  request.end('go on');
  const [response] = await once(request, 'response');

  expect(response.headers['x-expect']).toBe('none');
  response.resume();
});

test.each([
  ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: api.mesh\r\n\r\n', /^HTTP\/1\.1 426 Upgrade Required\r\n/],
  ['a missing Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n/],
  ['what is not HTTP', 'nonsense\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n/],
  [
    'a length and an encoding',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /^HTTP\/1\.1 400 /,
  ],
  [
    'more than 60 KiB of headers',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(62_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/,
  ],
  [
    'more than 100 headers',
    `GET / HTTP/1.1\r\nHost: a\r\n${'X-Many: x\r\n'.repeat(100)}\r\n`,
    /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/,
  ],
  ['CONNECT', 'CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n', /^HTTP\/1\.1 404 Not Found\r\n/],
  ['a target of *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 404 Not Found\r\n/],
])('refuses %s', async (_, request, expected) => {
  await using task = await startTask((_request, response) => response.end('reached the task'));
  await using lab = await startLab({ tasks: [task] });

  const answer = await callRaw(lab, request);

  expect(answer).toMatch(expected);
  expect(answer).toContain('server: envoy');
});

test('reads the path of an absolute request target', async () => {
  await using task = await startTask((request, response) => response.end(`path ${request.url}`));
  await using lab = await startLab({ tasks: [task] });

  const answer = await callRaw(lab, 'GET http://api.mesh/a?b HTTP/1.1\r\nHost: api.mesh\r\nConnection: close\r\n\r\n');

  expect(answer).toContain('path /a?b');
});

test('keeps the connection for a second request', async () => {
  await using task = await startTask((request, response) => response.end(`answer to ${request.url}`));
  await using lab = await startLab({ tasks: [task] });
  const socket = connect(lab.address);
  let text = '';

  socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  for await (const chunk of socket) text += String(chunk);

  expect(text).toMatch(/answer to \/1[^]*answer to \/2/);
});

test.each([
  ['CONNECT', 'CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n'],
  ['a WebSocket over HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['what is not HTTP', 'nonsense\r\n\r\n'],
])('goes on when a client resets that was refused %s', async (_, request) => {
  await using task = await startTask((_request, response) => response.end('answered'));
  await using lab = await startLab({ tasks: [task] });
  const socket = connect({ ...lab.address, allowHalfOpen: true });
  socket.write(request);

  await once(socket, 'data');
  socket.resetAndDestroy();
  await once(socket, 'close');

  expect((await call(lab)).body).toBe('answered');
});

test('forgets the requests that were queued on a connection when it closes', async () => {
  await using task = await startTask((_request, _response) => {});
  await using lab = await startLab({ tasks: [task] });
  const active = (): number => lab.proxy.statistics()[0]!.active;
  const socket = connect(lab.address);
  socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
  await expect.poll(active, { timeout: 10_000 }).toBe(2);

  socket.destroy();

  await expect.poll(active, { timeout: 10_000 }).toBe(0);
  expect(lab.events.filter(({ kind }) => kind === 'request')).toHaveLength(2);
});
