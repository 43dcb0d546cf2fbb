import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { call, startLab, startTask } from '../harness.ts';

test('answers 504 when a task does not answer within the time for a request', async () => {
  await using hanging = await startTask((request, response) => void (request.url === '/hang' || response.end()));
  await using lab = await startLab({ tasks: [hanging], endpoint: { timeout: { perRequestTimeoutSeconds: 0.5 } } });
  await call(lab);

  expect(await call(lab, { path: '/hang' })).toMatchObject({ status: 504, body: 'upstream request timeout' });
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
  await using endless = await startTask((_, response) => {
    response.write('and so on');
  });
  await using lab = await startLab({ tasks: [endless], endpoint: { timeout: { perRequestTimeoutSeconds: 0.5 } } });

  await expect(call(lab)).rejects.toThrow('aborted');
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
  await using slow = await startTask((_, response) => {
    let left = 8;
    const timer = setInterval(() => {
      response.write('.');
      if (--left > 0) return;
      clearInterval(timer);
      response.end();
    }, 25);
  });
  await using lab = await startLab({
    tasks: [slow],
    endpoint: { timeout: { idleTimeoutSeconds: 0.15, perRequestTimeoutSeconds: 0 } },
  });

  expect((await call(lab)).body).toBe('........');
});
