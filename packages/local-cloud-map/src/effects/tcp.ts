import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const IDLE_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 256;
/** A client that sends questions and reads no answers. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** Answers messages framed by their length (RFC 7766): any number per connection, in order, without waiting in between. */
export async function openTcp(
  address: { readonly host: string; readonly port: number },
  answer: (message: Buffer, fromAddress: string) => Buffer | undefined | Promise<Buffer | undefined>,
): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true).setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    void serve(socket, answer);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await once(server.listen(address.port, address.host), 'listening');
  const bound = server.address();
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(socket: Socket, answer: Parameters<typeof openTcp>[1]): Promise<void> {
  const from = socket.remoteAddress ?? '';
  try {
    for await (const message of framedMessages(socket)) {
      const reply = await answer(message, from);
      if (reply === undefined) continue;
      socket.write(framed(reply));
      if (socket.writableLength > UNSENT_BYTES_MAX) socket.destroy();
    }
    socket.end();
  } catch {
    socket.destroy();
  }
}

/** Throws when the stream does. */
export async function* framedMessages(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      yield rest.subarray(2, end);
      rest = rest.subarray(end);
    }
  }
}

export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
