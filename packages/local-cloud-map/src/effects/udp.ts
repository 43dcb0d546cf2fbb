import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Larger questions are dropped unread: a question needs 300 bytes at most. */
const QUESTION_BYTES_MAX = 4096;

/** Answers datagrams; what `answer` gives undefined for is dropped. */
export async function openUdp(
  address: { readonly host: string; readonly port: number },
  answer: (message: Buffer, from: RemoteInfo) => Buffer | undefined | Promise<Buffer | undefined>,
): Promise<AsyncDisposable & { readonly port: number }> {
  const socket = createSocket({ type: address.host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1024 * 1024 });
  const bound = once(socket, 'listening');
  socket.bind(address.port, address.host);
  await bound;
  let open = true;
  // Linux reports a client that has gone away as an error of this socket; it is no reason to stop.
  socket.on('error', () => {});
  socket.on('message', (message, from) => {
    if (message.length > QUESTION_BYTES_MAX) return;
    const reply = answer(message, from);
    if (reply instanceof Promise) void reply.then((bytes) => open && send(socket, bytes, from));
    else send(socket, reply, from);
  });
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      open = false;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

function send(socket: Socket, bytes: Buffer | undefined, to: RemoteInfo): void {
  if (bytes !== undefined && to.port !== 0) socket.send(bytes, to.port, to.address, () => {});
}
