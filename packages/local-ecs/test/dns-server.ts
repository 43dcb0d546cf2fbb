import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';
import type { Answer } from 'dns-packet';

/** A DNS server for tests: answers what `records` say, and NXDOMAIN for any other name. */
export async function startDnsServer(records: readonly Answer[]): Promise<AsyncDisposable & { readonly port: number }> {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const query = decode(message);
    const question = query.questions?.[0];
    const named = records.filter((record) => record.name === question?.name.toLowerCase());
    const reply = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: named.length === 0 ? 0x8403 : 0x8400,
      questions: query.questions ?? [],
      answers: named.filter((record) => record.type === question?.type),
    });
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
