/** DNS messages by hand: what a resolver library would not send, and what it would hide. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { framed, framedMessages } from '../src/effects/tcp.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const ANSWER_TIMEOUT_MS = 10_000;

export function question(name: string, type: string, more: Partial<dnsPacket.Packet> = {}): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id: 4711,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type: type as dnsPacket.RecordType, class: 'IN' }],
    ...more,
  });
}

export function edns(udpPayloadSize: number, ednsVersion = 0): dnsPacket.OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

export type Answer = dnsPacket.DecodedPacket & { readonly bytes: number; readonly rcode: string };

/** Sends every message, in order, from one socket and resolves with the answer to the last. */
export async function askUdp({ host, port }: Address, ...messages: readonly Buffer[]): Promise<Answer> {
  const socket = createSocket('udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    const wanted = messages.at(-1)?.readUInt16BE(0);
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const answers = once(socket, 'message', { signal });
    for (const message of messages) socket.send(message);
    for (let next = answers; ; next = once(socket, 'message', { signal })) {
      const [answer] = (await next) as [Buffer];
      if (answer.readUInt16BE(0) === wanted) return decoded(answer);
    }
  } finally {
    socket.close();
  }
}

/** Writes the bytes as they are and resolves with the answers until the server closes or `count` have come. */
export async function askTcp({ host, port }: Address, chunks: readonly Buffer[], count: number): Promise<Answer[]> {
  const socket = connect(port, host);
  socket.setNoDelay(true);
  const answers: Answer[] = [];
  for (const chunk of chunks) socket.write(chunk);
  try {
    for await (const answer of framedMessages(socket)) if (answers.push(decoded(answer)) === count) break;
  } finally {
    socket.destroy();
  }
  return answers;
}

export { framed };

function decoded(answer: Buffer): Answer {
  return { ...dnsPacket.decode(answer), bytes: answer.length } as Answer;
}
