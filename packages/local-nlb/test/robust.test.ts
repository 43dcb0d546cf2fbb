import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { answererOf, startClient, startTarget, startTestNlb } from './nlb.ts';

/** The load balancer goes on serving, and nothing is thrown that nobody catches, whatever comes from either side. */

const noise = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 40 });

test('takes whatever clients send to the target and back, however they end', async () => {
  await using nlb = await startTestNlb({ group: { attributes: { 'proxy_protocol_v2.enabled': 'true' } } });
  await using target = await startTarget('t');
  await nlb.add('127.0.0.1', target.port);
  await fc.assert(
    fc.asyncProperty(noise, fc.constantFrom('end', 'destroy', 'resetAndDestroy'), async (text, ending) => {
      await using client = await startClient(nlb.port);
      client.socket.resume().write(text, 'latin1');
      client.socket[ending]();
      await client.ended;
      expect(await answererOf(nlb.port)).toBe('t');
    }),
    { numRuns: 100 },
  );
});

test('calls a target healthy or not, whatever it answers to a health check', async () => {
  let answer = '';
  const odd = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(answer, 'latin1'));
  }).listen(0, '127.0.0.1');
  await once(odd, 'listening');
  const { port } = odd.address() as AddressInfo;
  const healthCheck = { protocol: 'HTTP', intervalSeconds: 60, unhealthyThresholdCount: 1 } as const;
  const head = fc.tuple(fc.constantFrom('', 'HTTP/1.1 ', 'HTTP/1.1 200 ', 'HTTP/1.1 099 ', 'HTTP/1.1 2000'), noise);
  await fc.assert(
    fc.asyncProperty(head, async (parts) => {
      answer = parts.join('');
      await using nlb = await startTestNlb({ healthCheck });
      await nlb.register('127.0.0.1', port);
      await nlb.event('target-health', ({ to }) => to === 'healthy' || to === 'unhealthy');
    }),
    { numRuns: 60 },
  );
  odd.close();
});
