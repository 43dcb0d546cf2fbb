/** Asks another resolver, with the client's own message under another id. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { framed, framedMessages } from './tcp.ts';

export interface Resolver {
  readonly host: string;
  readonly port: number;
}

export type Forwarder = (message: Buffer, transport: 'udp' | 'tcp') => Promise<Buffer | undefined>;

const TIMEOUT_MS = 3_000;
const UNDER_WAY_MAX = 512;

/** Gives the upstream's answer as it came, truncated or not; undefined when none comes in time, or too much is under way. */
export function buildForwarder(upstream: Resolver, random: () => number, timeoutMs = TIMEOUT_MS): Forwarder {
  let underWay = 0;
  return async (message, transport) => {
    if (underWay >= UNDER_WAY_MAX) return undefined;
    underWay++;
    const question = Buffer.from(message);
    question.writeUInt16BE(Math.floor(random() * 65_536), 0);
    const ask = transport === 'udp' ? askByUdp : askByTcp;
    try {
      const answer = Buffer.from(await ask(question, upstream, AbortSignal.timeout(timeoutMs)));
      message.copy(answer, 0, 0, 2);
      return answer;
    } catch {
      return undefined;
    } finally {
      underWay--;
    }
  };
}

/** A socket of its own per question: its port, chosen by the system, is half of what an off-path forger must guess. */
async function askByUdp(question: Buffer, { host, port }: Resolver, signal: AbortSignal): Promise<Buffer> {
  const socket: Socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect', { signal });
    socket.send(question);
    for (;;) {
      const [answer] = (await once(socket, 'message', { signal })) as [Buffer];
      if (isAnswerTo(question, answer)) return answer;
    }
  } finally {
    socket.close();
  }
}

async function askByTcp(question: Buffer, { host, port }: Resolver, signal: AbortSignal): Promise<Buffer> {
  const socket = connect({ host, port, signal });
  try {
    socket.write(framed(question));
    for await (const answer of framedMessages(socket)) if (isAnswerTo(question, answer)) return answer;
    throw new Error('The upstream resolver closed the connection without an answer.');
  } finally {
    socket.destroy();
  }
}

function isAnswerTo(question: Buffer, answer: Buffer): boolean {
  return (
    answer.length >= 12 && answer.readUInt16BE(0) === question.readUInt16BE(0) && (answer.readUInt8(2) & 0x80) !== 0
  );
}
