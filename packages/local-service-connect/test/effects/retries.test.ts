import { expect, test } from 'vitest';

import { servicePolicy } from '../../src/index.ts';
import { absentTask, call, startLab, startRawTask, startTask } from '../harness.ts';

const never = { ...servicePolicy, retries: { ...servicePolicy.retries, countMax: 0 } };

test('asks another task when the first cannot be reached, whatever the method', async () => {
  const absent = await absentTask('127.10.1.1');
  await using task = await startTask((_, response) => response.end('answered'), '127.10.2.1');
  await using lab = await startLab({ tasks: [absent, task] });

  expect(await call(lab, { method: 'POST', body: 'x' })).toMatchObject({ status: 200, body: 'answered' });
  expect(lab.proxy.statistics()[0]).toMatchObject({ requests: 1, retries: 1, failures: 1 });
});

test('asks another task when the first answers 503', async () => {
  await using busy = await startTask((_, response) => response.writeHead(503).end('busy'), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('answered'), '127.10.2.1');
  await using lab = await startLab({ tasks: [busy, task] });

  expect(await call(lab, { method: 'POST', body: 'x' })).toMatchObject({ status: 200, body: 'answered' });
});

test('passes on a 503 that two retries did not better', async () => {
  let asked = 0;
  await using busy = await startTask((_, response) => response.writeHead(503).end(`busy ${++asked}`));
  await using lab = await startLab({ tasks: [busy] });

  expect(await call(lab)).toMatchObject({ status: 503, body: 'busy 3' });
});

test('passes on any other error at once', async () => {
  let asked = 0;
  await using broken = await startTask((_, response) => response.writeHead(500).end(`broken ${++asked}`));
  await using lab = await startLab({ tasks: [broken] });

  expect(await call(lab)).toMatchObject({ status: 500, body: 'broken 1' });
});

test('asks another task when the first dies before it answers a GET', async () => {
  await using dying = await startTask((request) => request.socket.destroy(), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('answered'), '127.10.2.1');
  await using lab = await startLab({ tasks: [dying, task] });

  expect(await call(lab)).toMatchObject({ status: 200, body: 'answered' });
});

test('does not repeat a POST that a dying task may have acted on', async () => {
  await using dying = await startTask((request) => request.socket.destroy(), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('answered'), '127.10.2.1');
  await using lab = await startLab({ tasks: [dying, task] });

  expect(await call(lab, { method: 'POST', body: 'pay' })).toMatchObject({
    status: 503,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  });
});

test('sends a body again from its first byte', async () => {
  await using busy = await startTask((request, response) => {
    request.once('data', () => response.writeHead(503).end());
  }, '127.10.1.1');
  await using task = await startTask((request, response) => request.pipe(response), '127.10.2.1');
  await using lab = await startLab({ tasks: [busy, task] });
  const body = 'abcdefgh'.repeat(50_000);

  const answer = await call(lab, { method: 'PUT', body });

  expect(answer.status).toBe(200);
  expect(answer.body === body).toBe(true);
});

test('does not repeat a request whose body is past the limit', async () => {
  await using busy = await startTask((request, response) => {
    request.resume().once('end', () => response.writeHead(503).end('busy'));
  }, '127.10.1.1');
  await using task = await startTask((request, response) => request.resume().pipe(response), '127.10.2.1');
  await using lab = await startLab({ tasks: [busy, task] });

  expect(await call(lab, { method: 'PUT', body: Buffer.alloc(1_048_577) })).toMatchObject({
    status: 503,
    body: 'busy',
  });
});

test('answers 503 in the words of Envoy when no task can be reached', async () => {
  const absent = await absentTask();
  await using lab = await startLab({ tasks: [absent] });
  await using once = await startLab({ tasks: [absent], policy: never });

  expect(await call(lab)).toMatchObject({
    status: 503,
    headers: { server: 'envoy', 'content-type': 'text/plain' },
    body: 'upstream connect error or disconnect/reset before headers. retried and the latest reset reason: connection failure, transport failure reason: delayed connect error: Connection refused',
  });
  expect((await call(once)).body).toBe(
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: Connection refused',
  );
});

test('answers 502 when the task does not speak HTTP', async () => {
  await using rubbish = await startRawTask((socket) => socket.end('rubbish\r\n\r\n'));
  await using lab = await startLab({ tasks: [rubbish] });

  expect(await call(lab)).toMatchObject({
    status: 502,
    body: 'upstream connect error or disconnect/reset before headers. reset reason: protocol error',
  });
});

test('answers 502 when the task gives a reason that cannot be passed on', async () => {
  await using odd = await startRawTask((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n'));
  });
  await using lab = await startLab({ tasks: [odd] });

  expect((await call(lab)).status).toBe(502);
});

test('closes the connection when a task dies amid its response', async () => {
  await using dying = await startTask((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('12345', () => response.destroy());
  });
  await using lab = await startLab({ tasks: [dying] });

  await expect(call(lab)).rejects.toThrow('aborted');
});
