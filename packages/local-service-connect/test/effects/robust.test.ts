import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { call, startLab, startRawTask, startTask, type Lab } from '../harness.ts';
import { request, response } from '../odd-messages.ts';

/** The proxy goes on serving, and nothing is thrown that nobody catches, whatever comes from either side. */

/** Sends bytes, and with `ends` no more; resolves with what comes back until the connection is over. */
async function send({ address }: Lab, bytes: string | Buffer, ends = false): Promise<string> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const socket = connect(address);
  let text = '';
  socket.on('error', () => {}).on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.once('close', () => resolve());
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await closed;
  return text;
}

test.each([
  ['a request', 'Connection: close\r\nContent-Length: 0'],
  ['a WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket'],
])('goes on serving, whatever a task answers to %s', async (_, headers) => {
  let answer: Buffer = Buffer.alloc(0);
  await using odd = await startRawTask((socket) => {
    socket.once('data', () => socket.end(answer));
  });
  await using lab = await startLab({ tasks: [odd] });
  await fc.assert(
    fc.asyncProperty(response, async (bytes) => {
      answer = bytes;
      const answered = await send(lab, `GET /odd HTTP/1.1\r\nHost: api.mesh\r\n${headers}\r\n\r\n`);
      expect(answered).toMatch(/^HTTP\/1\.1 (101|[2-9]\d\d) /);
    }),
    { numRuns: 150 },
  );
});

test('goes on serving, whatever clients send', async () => {
  await using task = await startTask((_request, reply) => reply.end('alive'));
  await using lab = await startLab({ tasks: [task] });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 3 }), async (requests) => {
      await send(lab, Buffer.concat(requests), true);
      expect((await call(lab)).body).toBe('alive');
    }),
    { numRuns: 150 },
  );
});
