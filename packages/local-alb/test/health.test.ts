import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { probe } from '../src/effects/health-checker.ts';
import type { Probe } from '../src/core/health.ts';
import type { TargetHealthEvent } from '../src/index.ts';
import { NOBODY, startRawTarget, startTarget, startTestAlb, targetGroup } from './fixture.ts';

function probeOnce(port: number, timeoutMs = 2000): Promise<Probe> {
  const { promise, resolve } = Promise.withResolvers<Probe>();
  const options = {
    host: '127.0.0.1',
    port,
    path: '/check',
    tls: false,
    timeoutMs,
    signal: new AbortController().signal,
  };
  probe(options, resolve);
  return promise;
}

test('checks with a GET of its own kind on a new connection', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const result = probeOnce(port);
  const [socket] = await once(server, 'connection');
  const [request] = await once(socket, 'data');
  expect(String(request)).toMatch(
    new RegExp(
      `^GET /check HTTP/1\\.1\\r\\nHost: 127\\.0\\.0\\.1:${port}\\r\\n[^]*User-Agent: ELB-HealthChecker/2\\.0\\r\\n`,
    ),
  );
  socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  expect(await result).toEqual({ kind: 'response', statusCode: 204 });
  server.close();
});

test('tells apart no answer in time, no connection and rubbish', async () => {
  await using silent = await startRawTarget(() => {});
  await using rubbish = await startRawTarget((socket) => socket.write('hello\r\n'));
  expect(await probeOnce(silent.port, 50)).toEqual({ kind: 'timeout' });
  expect(await probeOnce(NOBODY.port)).toEqual({ kind: 'failed' });
  expect(await probeOnce(rubbish.port)).toEqual({ kind: 'failed' });
});

test('checks a target as soon as it is registered and tells when and why its health changes', async () => {
  let status = 200;
  await using target = await startTarget(() => {});
  target.server.removeAllListeners('request');
  target.server.on('request', (_, response) => {
    response.statusCode = status;
    response.end();
  });
  const group = targetGroup('web');
  await using alb = await startTestAlb({
    targetGroups: [{ ...group, healthCheck: { ...group.healthCheck, intervalSeconds: 0.05, timeoutSeconds: 20 } }],
  });
  await alb.addTarget('web', target);
  status = 500;
  const change = await alb.event(
    (event): event is TargetHealthEvent => event.kind === 'target-health' && event.to === 'unhealthy',
  );
  expect(change).toMatchObject({
    targetGroup: 'web',
    target: `127.0.0.1:${target.port}`,
    from: 'healthy',
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  });
  // The only target is unhealthy: the group fails open.
  expect((await fetch(alb.url)).status).toBe(500);
});
