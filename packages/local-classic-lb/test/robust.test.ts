import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, echo, sendRaw, startInstances, startTestLb } from './classic-lb.ts';
import { request, response } from './odd-messages.ts';

/** The load balancer goes on serving, and nothing is thrown that nobody catches, whatever comes from either side. */

test('goes on serving, whatever an instance answers', async () => {
  let answer: Buffer = Buffer.alloc(0);
  await using instances = await startInstances(
    [1],
    () =>
      ({ socket }) =>
        socket.end(answer),
  );
  await using lb = await startTestLb(instances.port);
  await lb.add('i-1');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'HEAD', 'POST'), response, async (method, bytes) => {
      answer = bytes;
      const head = `${method} /odd HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      expect(await sendRaw(lb.port, head)).toMatch(/^HTTP\/1\.1 [2-9]\d\d /);
    }),
    { numRuns: 150 },
  );
});

test('goes on serving, whatever clients send', async () => {
  await using instances = await startInstances([1], echo);
  await using lb = await startTestLb(instances.port, { listener: { stickiness: {} } });
  await lb.add('i-1');
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 3 }), async (requests) => {
      await sendRaw(lb.port, Buffer.concat(requests), true);
      expect((await ask(`${lb.url}/alive`)).url).toBe('/alive');
    }),
    { numRuns: 150 },
  );
});
