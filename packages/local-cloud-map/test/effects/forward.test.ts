import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import * as dnsPacket from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { buildForwarder } from '../../src/effects/forward.ts';
import { openTcp } from '../../src/effects/tcp.ts';
import { askTcp, askUdp, framed, question, type Address } from '../ask.ts';
import { startTestLab } from '../lab.ts';

const asked = question('outside.test', 'A');

function answerTo(message: Buffer, data: string): Buffer {
  const { id = 0, questions = [] } = dnsPacket.decode(message);
  const answers = [{ name: 'outside.test', type: 'A' as const, ttl: 1, data }];
  return dnsPacket.encode({ type: 'response', id, questions, answers });
}

/** An upstream that does with a question what the test wants. */
async function startUpstream(
  respond: (message: Buffer, reply: (bytes: Buffer) => void) => void,
): Promise<AsyncDisposable & Address> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from: RemoteInfo) => {
    respond(message, (bytes) => socket.send(bytes, from.port, from.address));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

describe('a forwarder', () => {
  test('asks under another id and answers under that of the client', async () => {
    let seen = 0;
    await using upstream = await startUpstream((message, reply) => {
      seen = message.readUInt16BE(0);
      reply(answerTo(message, '192.0.2.1'));
    });
    const answer = await buildForwarder(upstream, () => 0.5)(asked, 'udp');
    expect(seen).toBe(32_768);
    expect(dnsPacket.decode(answer!)).toMatchObject({ id: 4711, answers: [{ data: '192.0.2.1' }] });
  });

  test('takes no answer under an id that it did not ask with', async () => {
    await using upstream = await startUpstream((message, reply) => {
      const forged = answerTo(message, '192.0.2.66');
      forged.writeUInt16BE((message.readUInt16BE(0) + 1) % 65_536, 0);
      reply(forged);
      reply(Buffer.from([1, 2, 3]));
      reply(answerTo(message, '192.0.2.1'));
    });
    const answer = await buildForwarder(upstream, Math.random)(asked, 'udp');
    expect(dnsPacket.decode(answer!).answers).toMatchObject([{ data: '192.0.2.1' }]);
  });

  test('forwards a TCP question by TCP', async () => {
    await using upstream = await openTcp({ host: '127.0.0.1', port: 0 }, (message) => answerTo(message, '192.0.2.2'));
    await using lab = await startTestLab({
      dns: { host: '127.0.0.1', port: 0, forwardTo: { host: '127.0.0.1', port: upstream.port } },
    });
    const [answer] = await askTcp(lab.dns, [framed(asked)], 1);
    expect(answer).toMatchObject({ id: 4711, answers: [{ data: '192.0.2.2' }] });
  });

  test('gives up an upstream that is not there', async () => {
    const gone = await startUpstream(() => {});
    await gone[Symbol.asyncDispose]();
    const { host, port } = gone;
    expect(await buildForwarder({ host, port }, Math.random)(asked, 'udp')).toBeUndefined();
    expect(await buildForwarder({ host, port }, Math.random)(asked, 'tcp')).toBeUndefined();
    await using lab = await startTestLab({ dns: { host: '127.0.0.1', port: 0, forwardTo: { host, port } } });
    expect(await askUdp(lab.dns, asked)).toMatchObject({ id: 4711, rcode: 'SERVFAIL' });
  });

  test('gives up an upstream that never answers', async () => {
    await using silent = await startUpstream(() => {});
    expect(await buildForwarder(silent, Math.random, 30)(asked, 'udp')).toBeUndefined();
  });
});
