import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { absentTask, startLab, startRawTask, type Lab } from '../harness.ts';

const tcp = { appProtocol: 'tcp' } as const;

/** Sends `text`, closes its half, and reads until the other half closes. */
async function exchange(lab: Lab, text: string): Promise<string> {
  const socket = connect({ ...lab.address, allowHalfOpen: true });
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('passes bytes both ways and keeps a half-closed connection open', async () => {
  await using task = await startRawTask((socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('end', () => socket.end(`${socket.remoteAddress} sent ${text}`));
  });
  await using lab = await startLab({ tasks: [task], endpoint: tcp });

  expect(await exchange(lab, 'anything at all')).toBe('127.10.200.1 sent anything at all');
});

test('sends connections to the tasks in turn', async () => {
  await using a = await startRawTask((socket) => socket.end('a'), '127.10.1.1');
  await using b = await startRawTask((socket) => socket.end('b'), '127.10.2.1');
  await using lab = await startLab({ tasks: [a, b], endpoint: tcp });

  expect([await exchange(lab, ''), await exchange(lab, ''), await exchange(lab, '')]).toEqual(['a', 'b', 'a']);
});

test('connects to another task when the first cannot be reached', async () => {
  const absent = await absentTask('127.10.1.1');
  await using task = await startRawTask((socket) => socket.end('answered'), '127.10.2.1');
  await using lab = await startLab({ tasks: [absent, task], endpoint: tcp });

  expect(await exchange(lab, '')).toBe('answered');
  expect(lab.proxy.statistics()[0]).toMatchObject({ requests: 1, retries: 1, failures: 1 });
});

test('closes the connection when no task can be reached', async () => {
  const absent = await absentTask();
  await using lab = await startLab({ tasks: [absent], endpoint: tcp });
  await using empty = await startLab({ tasks: [], endpoint: tcp });

  expect(await exchange(lab, '')).toBe('');
  expect(await exchange(empty, '')).toBe('');
  expect(lab.proxy.statistics()[0]).toMatchObject({ requests: 1, retries: 2, failures: 3 });
});

test('closes a connection that is idle for too long', async () => {
  await using task = await startRawTask(() => {});
  await using lab = await startLab({ tasks: [task], endpoint: { ...tcp, timeout: { idleTimeoutSeconds: 0.05 } } });
  const socket = connect(lab.address).resume();

  await once(socket, 'close');

  await expect
    .poll(() => lab.proxy.statistics()[0], { timeout: 4_000 })
    .toMatchObject({ active: 0, hosts: [{ active: 0 }] });
});

test("closes the task's connection when the client's breaks", async () => {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  await using task = await startRawTask((socket) => {
    socket.once('end', () => closed.resolve()).resume();
    connected.resolve();
  });
  await using lab = await startLab({ tasks: [task], endpoint: tcp });
  const socket = connect(lab.address);

  await connected.promise;
  socket.resetAndDestroy();
  await closed.promise;

  await expect.poll(() => lab.proxy.statistics()[0], { timeout: 4_000 }).toMatchObject({ active: 0, failures: 0 });
});

test('passes gRPC through by connection', async () => {
  await using task = await startRawTask((socket) => {
    socket.once('data', (chunk: Buffer) => socket.end(chunk.subarray(0, 14)));
  });
  await using lab = await startLab({ tasks: [task], endpoint: { appProtocol: 'grpc' } });

  expect(await exchange(lab, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toBe('PRI * HTTP/2.0');
});
