import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { servicePolicy, type RequestEvent, type ServiceConnectEvent } from '../../src/index.ts';
import { call, startLab, startTask } from '../harness.ts';

const isRequest = (event: ServiceConnectEvent): event is RequestEvent => event.kind === 'request';

test('passes a large body both ways, byte for byte', async () => {
  await using echo = await startTask((request, response) => request.pipe(response));
  await using lab = await startLab({ tasks: [echo] });
  const body = Buffer.alloc(20_000_003, 'switchyard');

  const answer = await call(lab, { method: 'POST', body });

  expect(answer.body === body.toString()).toBe(true);
  expect(await lab.event(isRequest)).toMatchObject({ bytesReceived: 20_000_003, bytesSent: 20_000_003 });
});

test("passes on a response's head before there is any of its body", async () => {
  const answered = Promise.withResolvers<ServerResponse>();
  await using task = await startTask((_, response) => {
    response.flushHeaders();
    answered.resolve(response);
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, agent: false }).end();

  const [response] = await once(request, 'response');
  (await answered.promise).end('later');
  const [body] = await once(response, 'data');

  expect(String(body)).toBe('later');
});

test('passes on each part of a response as it comes', async () => {
  const parts = Promise.withResolvers<void>();
  await using task = await startTask((_, response) => {
    response.write('first');
    void parts.promise.then(() => response.end('second'));
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, agent: false }).end();
  const [response] = await once(request, 'response');

  const [first] = await once(response, 'data');
  parts.resolve();
  const [second] = await once(response, 'data');

  expect(String(first)).toBe('first');
  expect(String(second)).toBe('second');
});

test("ends the task's work when the client goes away", async () => {
  const reached = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await using task = await startTask((request, response) => {
    response.once('close', () => gone.resolve());
    reached.resolve();
    request.resume();
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, agent: false }).end();
  request.on('error', () => {});

  await reached.promise;
  request.destroy();
  await gone.promise;

  expect(await lab.event(isRequest)).toMatchObject({ responseCode: 0, upstreamHost: task.key });
  expect(lab.proxy.statistics()[0]).toMatchObject({ active: 0, failures: 0, hosts: [{ active: 0 }] });
});

test('passes on a response that comes before the request is complete', async () => {
  await using task = await startTask((_, response) => {
    response.writeHead(413, { connection: 'close' }).end('too much');
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, method: 'POST', agent: false, headers: { 'content-length': '1000' } });
  request.on('error', () => {});
  request.write('some');

  const [response] = await once(request, 'response');
  const [body] = await once(response, 'data');

  expect(response.statusCode).toBe(413);
  expect(String(body)).toBe('too much');
  request.destroy();
});

test('answers many requests at once', async () => {
  await using echo = await startTask((request, response) => request.pipe(response));
  await using lab = await startLab({ tasks: [echo] });
  const bodies = Array.from({ length: 200 }, (_, index) => `body ${index} `.repeat(index * 10));

  const answers = await Promise.all(bodies.map((body) => call(lab, { method: 'POST', body })));

  expect(answers.map(({ body }) => body)).toEqual(bodies);
});

test('keeps the connection usable after an answer to a body that nobody read', async () => {
  await using task = await startTask((request, response) => response.end(`answer to ${request.url}`));
  await using lab = await startLab({ tasks: [task] });
  const socket = connect(lab.address);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const head = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n`;

  for (const path of ['/1', '/2']) {
    socket.write(head(path));
    socket.write(Buffer.alloc(10_000_000));
  }

  await expect.poll(() => text, { timeout: 4_000 }).toMatch(/answer to \/1[^]*answer to \/2/);
  socket.destroy();
});

test('answers 503 when more is under way than an endpoint may have', async () => {
  const reached = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using task = await startTask((_, response) => {
    reached.resolve();
    void release.promise.then(() => response.end('first'));
  });
  await using lab = await startLab({ tasks: [task], policy: { ...servicePolicy, requestsPerEndpointMax: 1 } });
  const first = call(lab);
  await reached.promise;

  expect(await call(lab)).toMatchObject({
    status: 503,
    headers: { 'x-envoy-overloaded': 'true' },
    body: 'upstream connect error or disconnect/reset before headers. reset reason: overflow',
  });
  release.resolve();
  expect((await first).body).toBe('first');
});

test('does not send a request whose client went away while it waited for a connection', async () => {
  const asked: (string | undefined)[] = [];
  const release = Promise.withResolvers<void>();
  await using task = await startTask((request, response) => {
    asked.push(request.url);
    void (request.url === '/first' ? release.promise : Promise.resolve()).then(() => response.end('answered'));
  });
  await using lab = await startLab({ tasks: [task], policy: { ...servicePolicy, connectionsPerHostMax: 1 } });
  const first = call(lab, { path: '/first' });
  await expect.poll(() => asked, { timeout: 4_000 }).toEqual(['/first']);
  const waiting = httpRequest({ ...lab.address, path: '/waiting', agent: false }).end();
  waiting.on('error', () => {});
  await expect.poll(() => lab.proxy.statistics()[0]!.active, { timeout: 4_000 }).toBe(2);

  waiting.destroy();
  await expect.poll(() => lab.proxy.statistics()[0]!.active, { timeout: 4_000 }).toBe(1);
  release.resolve();
  await first;
  await call(lab, { path: '/last' });

  expect(asked).toEqual(['/first', '/last']);
});
