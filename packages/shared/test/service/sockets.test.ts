import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { buildTestService } from '../servers/test-service.ts';

/** Everything that the other side sends until it closes the connection. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

/** One response's head, then the connection is still open. */
async function headOf(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk);
}

const GET = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

/** Limits that are over within a test's time. */
const IMPATIENT = { headersTimeoutMs: 300, requestTimeoutMs: 400, timeoutCheckMs: 20 };

test('tells clients that it keeps connections for longer than the load balancer does', async () => {
  await using service = buildTestService({ env: { ALB_IDLE_TIMEOUT_SECONDS: '120' } });
  const socket = connect(await service.listen(), '127.0.0.1');
  socket.write(GET);
  expect(await headOf(socket)).toContain('Keep-Alive: timeout=125');
  socket.destroy();
});

test('serves a second request on a connection that was idle for longer than a request head may take', async () => {
  await using service = buildTestService({ limits: IMPATIENT });
  const port = await service.listen();
  const socket = connect(port, '127.0.0.1');
  socket.write(GET);
  await headOf(socket);
  const unfinished = connect(port, '127.0.0.1');
  unfinished.write('GET /');
  await allOf(unfinished);
  socket.write(GET);
  expect(await headOf(socket)).toContain('200 OK');
  socket.destroy();
});

test('answers 408 to a request that is never finished', async () => {
  await using service = buildTestService({ limits: IMPATIENT });
  const socket = connect(await service.listen(), '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost:');
  const answer = await allOf(socket);
  expect(answer).toContain('HTTP/1.1 408 Request Timeout');
  expect(answer).toContain('"code":"SERVICE_REQUEST_TIMED_OUT"');
});

test('answers 408 to a body that is never finished, and ends the connection', async () => {
  await using service = buildTestService({ limits: { handlerTimeoutMs: 200 } });
  const socket = connect(await service.listen(), '127.0.0.1');
  socket.write('POST /probes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{');
  const answer = await allOf(socket);
  expect(answer).toContain('HTTP/1.1 408 Request Timeout');
  expect(answer).toContain('"code":"SERVICE_REQUEST_TIMED_OUT"');
});

test('answers 431 to headers that are too large, and takes all that a load balancer lets through', async () => {
  await using service = buildTestService();
  const port = await service.listen();
  const large = connect(port, '127.0.0.1');
  large.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`);
  expect(await allOf(large)).toContain('"code":"SERVICE_HEADERS_TOO_LARGE"');
  const fitting = connect(port, '127.0.0.1');
  fitting.write(`GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: ${'a'.repeat(60_000)}\r\n\r\n`);
  expect(await allOf(fitting)).toContain('200 OK');
});

test('answers 400 to something that is not HTTP', async () => {
  await using service = buildTestService();
  const socket = connect(await service.listen(), '127.0.0.1');
  socket.write('\u0000\u0001garbage\r\n\r\n');
  const answer = await allOf(socket);
  expect(answer).toContain('HTTP/1.1 400 Bad Request');
  expect(answer).toContain('"detail":"This is not HTTP/1.1."');
});

test('takes no more connections than its limit', async () => {
  await using service = buildTestService({ limits: { connectionsMax: 1 } });
  const port = await service.listen();
  const first = connect(port, '127.0.0.1');
  first.write(GET);
  await headOf(first);
  const second = connect(port, '127.0.0.1');
  second.on('error', () => {});
  expect(await allOf(second)).toBe('');
  first.destroy();
});
