import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';

import { servicePolicy, type RequestEvent, type ServiceConnectEvent } from '../../src/index.ts';
import { startBlackHole } from '../black-hole.ts';
import { absentTask, startLab, startRawTask, startTask, type Lab, type TestTask } from '../harness.ts';

const isRequest = (event: ServiceConnectEvent): event is RequestEvent => event.kind === 'request';

/** A task that agrees to an upgrade and answers each chunk in capitals. */
async function startShouter(address?: string): Promise<TestTask> {
  const task = await startTask((_, response) => response.end(), address);
  task.server.on('upgrade', (_request, socket: Socket, first: Buffer) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Own: 1\r\n\r\n');
    if (first.length > 0) socket.write(first.toString().toUpperCase());
    socket.on('data', (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
    socket.once('end', () => socket.end());
    socket.on('error', () => {});
  });
  return task;
}

function handshake(lab: Lab) {
  const headers = { host: 'api.mesh', connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'k' };
  return httpRequest({ ...lab.address, path: '/socket', headers, agent: false }).end();
}

test('passes a WebSocket through, both ways', async () => {
  await using task = await startShouter();
  await using lab = await startLab({ tasks: [task] });

  const [response, socket] = await once(handshake(lab), 'upgrade');
  socket.write('hello');
  const [answer] = await once(socket, 'data');
  socket.destroy();

  expect(response.statusCode).toBe(101);
  expect(response.headers).toMatchObject({
    server: 'envoy',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'x-own': '1',
  });
  expect(String(answer)).toBe('HELLO');
  expect(await lab.event(isRequest)).toMatchObject({ responseCode: 101, bytesReceived: 5, path: '/socket' });
});

test('asks another task for a WebSocket when the first cannot be reached', async () => {
  const absent = await absentTask('127.10.1.1');
  await using task = await startShouter('127.10.2.1');
  await using lab = await startLab({ tasks: [absent, task] });

  const [response, socket] = await once(handshake(lab), 'upgrade');
  socket.destroy();

  expect(response.statusCode).toBe(101);
});

test('asks another task for a WebSocket when the first does not take the connection in time', async () => {
  await using hole = await startBlackHole('127.10.1.1');
  await using task = await startShouter('127.10.2.1');
  await using lab = await startLab({
    tasks: [hole, task],
    endpoint: { timeout: { perRequestTimeoutSeconds: 0 } },
    policy: { ...servicePolicy, connectTimeoutMs: 100 },
  });

  const [response, socket] = await once(handshake(lab), 'upgrade');
  socket.destroy();

  expect(response.statusCode).toBe(101);
});

test.each(['HTTP/1.1 099 No', 'HTTP/1.1 101 Switching Protocols', 'rubbish'])(
  'answers 502 to a WebSocket when the task answers %j',
  async (head) => {
    await using task = await startRawTask((socket) => {
      socket.once('data', () => socket.end(`${head}\r\nContent-Length: 0\r\n\r\n`));
    });
    await using lab = await startLab({ tasks: [task] });

    const [response] = await once(handshake(lab), 'response');

    expect(response.statusCode).toBe(502);
  },
);

test('quotes a task that declines an upgrade', async () => {
  await using task = await startTask((_, response) => response.writeHead(403).end('no sockets here'));
  await using lab = await startLab({ tasks: [task] });

  const [response] = await once(handshake(lab), 'response');
  const [body] = await once(response, 'data');

  expect(response.statusCode).toBe(403);
  expect(String(body)).toBe('no sockets here');
});

test('cuts a task off that declines an upgrade and does not come to an end', async () => {
  await using task = await startTask((_, response) => void response.writeHead(403).write('no sock'));
  await using lab = await startLab({ tasks: [task], endpoint: { timeout: { perRequestTimeoutSeconds: 0.1 } } });

  const [response] = await once(handshake(lab), 'response');
  let text = '';
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(response, 'close');

  expect(text).toBe('no sock');
});

test('notices a client that goes while a task declines its upgrade at length', async () => {
  await using task = await startTask((_, response) => void response.writeHead(403).write('no sock'));
  await using lab = await startLab({ tasks: [task], endpoint: { timeout: { perRequestTimeoutSeconds: 0 } } });
  const request = handshake(lab);

  await once(request, 'response');
  request.destroy();

  expect(await lab.event(isRequest)).toMatchObject({ responseCode: 403 });
  expect(lab.proxy.statistics()[0]).toMatchObject({ active: 0 });
});

test('answers 503 to a WebSocket when no task is there', async () => {
  await using lab = await startLab({ tasks: [] });

  const [response] = await once(handshake(lab), 'response');
  const [body] = await once(response, 'data');

  expect(response.statusCode).toBe(503);
  expect(String(body)).toBe('no healthy upstream');
});

test('answers 504 to a WebSocket when the task does not answer', async () => {
  await using task = await startTask(() => {});
  task.server.on('upgrade', (_request, socket: Socket) => socket.on('error', () => {}));
  await using lab = await startLab({ tasks: [task], endpoint: { timeout: { perRequestTimeoutSeconds: 0.2 } } });

  const [response] = await once(handshake(lab), 'response');

  expect(response.statusCode).toBe(504);
});

test('closes both ends of a WebSocket that is idle for too long', async () => {
  await using task = await startShouter();
  await using lab = await startLab({ tasks: [task], endpoint: { timeout: { idleTimeoutSeconds: 0.1 } } });

  const [, socket] = await once(handshake(lab), 'upgrade');
  socket.resume();
  await once(socket, 'close');

  expect(await lab.event(isRequest)).toMatchObject({ responseCode: 101, bytesReceived: 0 });
});

test('treats an upgrade to anything else as a plain request', async () => {
  await using task = await startTask((request, response) => response.end(request.headers.upgrade ?? 'no upgrade'));
  await using lab = await startLab({ tasks: [task] });
  const headers = { host: 'api.mesh', connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AA' };

  const [response] = await once(httpRequest({ ...lab.address, headers, agent: false }).end(), 'response');
  const [body] = await once(response, 'data');

  expect(String(body)).toBe('no upgrade');
});
