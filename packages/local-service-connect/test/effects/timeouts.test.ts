import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { call, startLab, startTask } from '../harness.ts';

/** A clock that stands still until it is told. */
class Clock {
  #ms = 0;
  #read = Promise.withResolvers<void>();

  readonly nowMs = (): number => {
    this.#read.resolve();
    return this.#ms;
  };

  /** Resolves once the proxy has looked. */
  async pass(ms: number): Promise<void> {
    this.#ms += ms;
    this.#read = Promise.withResolvers();
    await this.#read.promise;
  }
}

test('answers 504 when a task does not answer within the time for a request', async () => {
  const clock = new Clock();
  await using hanging = await startTask(() => void clock.pass(100));
  await using lab = await startLab({
    tasks: [hanging],
    endpoint: { timeout: { perRequestTimeoutSeconds: 0.1 } },
    nowMs: clock.nowMs,
  });

  expect(await call(lab)).toMatchObject({ status: 504, body: 'upstream request timeout' });
  expect(lab.proxy.statistics()[0]).toMatchObject({ failures: 1, retries: 0 });
});

test('tells the task how long it has', async () => {
  await using task = await startTask((request, response) => {
    response.end(request.headers['x-envoy-expected-rq-timeout-ms'] ?? 'no limit');
  });
  await using aws = await startLab({ tasks: [task] });
  await using own = await startLab({ tasks: [task], endpoint: { timeout: { perRequestTimeoutSeconds: 3 } } });
  await using off = await startLab({ tasks: [task], endpoint: { timeout: { perRequestTimeoutSeconds: 0 } } });

  expect((await call(aws)).body).toBe('15000');
  expect((await call(own)).body).toBe('3000');
  expect((await call(off)).body).toBe('no limit');
});

test('cuts a response that is not complete within the time for a request', async () => {
  const clock = new Clock();
  await using endless = await startTask((_, response) => {
    response.write('and so on');
  });
  await using lab = await startLab({
    tasks: [endless],
    endpoint: { timeout: { perRequestTimeoutSeconds: 0.1 } },
    nowMs: clock.nowMs,
  });
  const [response] = (await once(httpRequest({ ...lab.address, agent: false }).end(), 'response')) as [IncomingMessage];
  const cut = once(response, 'error');

  await once(response, 'data');
  await clock.pass(100);

  expect(await cut).toMatchObject([{ message: 'aborted' }]);
});

test('lets a shorter idle time win over the time for a request', async () => {
  await using hanging = await startTask(() => {});
  await using lab = await startLab({
    tasks: [hanging],
    endpoint: { timeout: { idleTimeoutSeconds: 0.05, perRequestTimeoutSeconds: 60 } },
  });

  expect(await call(lab)).toMatchObject({ status: 504, body: 'stream timeout' });
});

test('answers 408 when a client does not finish its request', async () => {
  await using task = await startTask((request) => request.resume());
  await using lab = await startLab({ tasks: [task], endpoint: { timeout: { idleTimeoutSeconds: 0.05 } } });
  const socket = connect(lab.address);
  socket.write('POST / HTTP/1.1\r\nHost: api.mesh\r\nContent-Length: 10\r\n\r\n12345');

  const [head] = (await once(socket, 'data')) as [Buffer];

  expect(head.toString()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(head.toString()).toContain('stream timeout');
  socket.destroy();
});

test('lets a response go on that keeps sending within the idle time', async () => {
  const clock = new Clock();
  const answering = Promise.withResolvers<ServerResponse>();
  await using slow = await startTask((_, response) => answering.resolve(response));
  await using lab = await startLab({
    tasks: [slow],
    endpoint: { timeout: { idleTimeoutSeconds: 0.1, perRequestTimeoutSeconds: 0 } },
    nowMs: clock.nowMs,
  });
  const request = httpRequest({ ...lab.address, agent: false }).end();
  const sender = await answering.promise;
  sender.flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];

  for (let round = 0; round < 5; round++) {
    sender.write('.');
    expect(String(...(await once(response, 'data')))).toBe('.');
    await clock.pass(60);
  }
  sender.end();

  expect(await once(response.resume(), 'end')).toEqual([]);
});
