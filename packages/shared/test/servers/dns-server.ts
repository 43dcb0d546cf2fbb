import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { Packet } from 'dns-packet';

export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:port`, UDP and TCP. */
  readonly address: string;
  /** The questions that came, as `udp SRV worker.switchyard.internal`. */
  readonly questions: string[];
}

export interface DnsServerOptions {
  readonly ttlSeconds?: number;
  /** What is sent instead of the answer over UDP: any number of packets, none included. */
  readonly udp?: (query: Packet, answer: Packet) => readonly Uint8Array[];
  readonly tcp?: (query: Packet, answer: Packet) => readonly Uint8Array[];
  /** Whether an SRV answer carries the addresses of its targets. */
  readonly additionals?: boolean;
}

type Places = () => readonly { address: string; port: number }[];

/** A DNS server on loopback that answers SRV and A by what `places` says at that moment; NXDOMAIN when it says nothing. */
export async function startDnsServer(places: Places, options: DnsServerOptions = {}): Promise<DnsServer> {
  const questions: string[] = [];
  const sockets = new Set<Socket>();
  const { udp, tcp, port } = await bindBoth();
  udp.on('message', (bytes, from) => {
    const query = dnsPacket.decode(bytes);
    questions.push(`udp ${query.questions?.[0]?.type} ${query.questions?.[0]?.name}`);
    const answer = answerOf(query, places(), options);
    for (const packet of options.udp?.(query, answer) ?? [dnsPacket.encode(answer)])
      udp.send(packet, from.port, from.address);
  });
  tcp.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const query = dnsPacket.streamDecode(bytes);
      questions.push(`tcp ${query.questions?.[0]?.type} ${query.questions?.[0]?.name}`);
      const answer = answerOf(query, places(), options);
      for (const packet of options.tcp?.(query, answer) ?? [dnsPacket.streamEncode(answer)]) socket.write(packet);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    questions,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise((resolve) => tcp.close(resolve)),
        new Promise<void>((resolve) => udp.close(resolve)),
      ]);
    },
  };
}

/** A port that is free for UDP and for TCP: what is free for one may be taken for the other. */
async function bindBoth(tries = 20): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  const udp = createSocket('udp4');
  const tcp = createServer();
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const { port } = tcp.address() as AddressInfo;
  try {
    await new Promise<void>((resolve, reject) => {
      udp.once('error', reject);
      udp.bind(port, '127.0.0.1', resolve);
    });
    return { udp, tcp, port };
  } catch (error) {
    tcp.close();
    if (tries === 0) throw error;
    return await bindBoth(tries - 1);
  }
}

function answerOf(query: Packet, places: ReturnType<Places>, options: DnsServerOptions): Packet {
  const { ttlSeconds: ttl = 10, additionals = true } = options;
  const [question] = query.questions ?? [];
  const name = question?.name ?? '';
  const isInstance = /^i\d+\./.test(name);
  const targetOf = (index: number): string => `i${index}.${name}`;
  const base = { type: 'response' as const, id: query.id ?? 0, questions: query.questions ?? [] };
  if (places.length === 0) return { ...base, flags: dnsPacket.AUTHORITATIVE_ANSWER | 3 };
  if (question?.type === 'SRV') {
    return {
      ...base,
      answers: places.map(({ port }, index) => ({
        type: 'SRV',
        name,
        ttl,
        data: { priority: 1, weight: 1, port, target: targetOf(index) },
      })),
      additionals: additionals
        ? places.map(({ address }, index) => ({ type: 'A', name: targetOf(index), ttl, data: address }))
        : [],
    };
  }
  const chosen = isInstance
    ? places.slice(Number(name.slice(1, name.indexOf('.'))), Number(name.slice(1, name.indexOf('.'))) + 1)
    : places;
  return { ...base, answers: chosen.map(({ address }) => ({ type: 'A', name, ttl, data: address })) };
}
