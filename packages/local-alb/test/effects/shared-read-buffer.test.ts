import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { acceptIntoSharedBuffer } from '../../src/effects/shared-read-buffer.ts';

/** What arrives at a connection that a server accepted, and whether the accepted socket itself was read. */
async function receive(text: string, accept: typeof acceptIntoSharedBuffer) {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted]: Socket[] = await once(server, 'connection');
  if (accepted === undefined) throw new Error('nothing was accepted');
  let received = '';
  const socket = accept(accepted, (bytes) => (received += bytes.toString()));
  const ended = once(socket, 'end');
  client.end(text);
  if (socket === accepted) await ended;
  else await once(socket, 'close');
  client.destroy();
  server.close();
  return { received, itself: socket === accepted };
}

test('reads an accepted connection through another socket on its handle', async () => {
  expect(await receive('hello', acceptIntoSharedBuffer)).toEqual({ received: 'hello', itself: false });
});

test('reads the accepted socket itself where its handle takes no buffer', async () => {
  const withoutBuffers: typeof acceptIntoSharedBuffer = (accepted, onData) => {
    const inner = accepted as unknown as { _handle: object };
    const { _handle: handle } = inner;
    inner._handle = {};
    const socket = acceptIntoSharedBuffer(accepted, onData);
    inner._handle = handle;
    return socket;
  };
  expect(await receive('hello', withoutBuffers)).toEqual({ received: 'hello', itself: true });
});
