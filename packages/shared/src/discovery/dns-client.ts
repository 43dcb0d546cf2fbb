import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { connect, isIP } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { DecodedPacket, OptAnswer } from 'dns-packet';
import { KitError, codeOf, wordsOf } from '../errors.ts';

export interface DnsClientOptions {
  /** `address`, `address:port` or `[address]:port`; the system's by default, read at every query. */
  readonly servers?: readonly string[];
  /** For one try of one server. */
  readonly timeoutMs?: number;
  /** How often the list of servers is gone through. */
  readonly rounds?: number;
}

export interface DnsClient {
  /**
   * Asks for the records of a name, over UDP and, when the answer is truncated, over TCP.
   *
   * @throws {KitError} DISCOVERY_DNS_NO_NAME when the name does not exist, DISCOVERY_DNS_TIMED_OUT when no server answers,
   *   DISCOVERY_DNS_FAILED when the last server to be asked answers with an error
   */
  query(name: string, type: 'A' | 'SRV'): Promise<DecodedPacket>;
}

interface Server {
  readonly host: string;
  readonly port: number;
}

const TCP_MESSAGE_BYTES_MAX = 65_535;
/** Says how large an answer over UDP may be (RFC 6891): what fits any path without fragments. */
const EDNS: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

export function buildDnsClient({ servers, timeoutMs = 800, rounds = 2 }: DnsClientOptions = {}): DnsClient {
  return {
    async query(name, type) {
      const list = (servers ?? getServers()).map((server) => parseServer(server));
      let failure: unknown = new KitError('DISCOVERY_DNS_FAILED', 'No DNS server is configured on this machine.');
      for (let round = 0; round < rounds; round += 1) {
        for (const server of list) {
          try {
            return readable(await ask(server, name, type, timeoutMs), name);
          } catch (error) {
            if (codeOf(error) === 'DISCOVERY_DNS_NO_NAME') throw error;
            failure = error;
          }
        }
      }
      throw asKitError(failure, name, type);
    },
  };
}

/** Splits a server as `dns.getServers()` writes it. */
export function parseServer(server: string): Server {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(server);
  if (bracketed) return { host: bracketed[1] ?? '', port: Number(bracketed[2] ?? 53) };
  if (isIP(server) === 6) return { host: server, port: 53 };
  const [host = '', port = '53'] = server.split(':');
  return { host, port: Number(port) };
}

async function ask(server: Server, name: string, type: 'A' | 'SRV', timeoutMs: number): Promise<DecodedPacket> {
  const id = randomInt(0x1_00_00);
  const query: dnsPacket.Packet = {
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type, name, class: 'IN' }],
    additionals: [EDNS],
  };
  const accept = (bytes: Buffer): DecodedPacket | undefined => acceptable(bytes, id, name, type);
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await askUdp(server, dnsPacket.encode(query), accept, signal);
  return answer.flag_tc ? await askTcp(server, dnsPacket.streamEncode(query), accept, signal) : answer;
}

/** The packet when it is the response to the very question that was asked; anything else is not for us and not worth a word. */
function acceptable(bytes: Buffer, id: number, name: string, type: string): DecodedPacket | undefined {
  try {
    const packet = dnsPacket.decode(bytes);
    const question = packet.questions?.[0];
    const isOurs =
      packet.type === 'response' &&
      packet.id === id &&
      question?.type === type &&
      question.name.toLowerCase() === name.toLowerCase();
    return isOurs ? packet : undefined;
  } catch {
    return undefined;
  }
}

type Accept = (bytes: Buffer) => DecodedPacket | undefined;

async function askUdp(server: Server, query: Buffer, accept: Accept, signal: AbortSignal): Promise<DecodedPacket> {
  const socket = createSocket(isIP(server.host) === 6 ? 'udp6' : 'udp4');
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.on('error', reject);
      socket.on('message', (bytes) => {
        const packet = accept(bytes);
        if (packet !== undefined) resolve(packet);
      });
      socket.connect(server.port, server.host, () => socket.send(query));
    });
  } finally {
    socket.close();
  }
}

async function askTcp(server: Server, query: Buffer, accept: Accept, signal: AbortSignal): Promise<DecodedPacket> {
  const socket = connect({ host: server.host, port: server.port });
  try {
    return await new Promise((resolve, reject) => {
      let received = Buffer.alloc(0);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the DNS server closed the connection before it had answered')));
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2) return;
        const length = received.readUInt16BE(0);
        if (received.length < length + 2 && received.length <= TCP_MESSAGE_BYTES_MAX) return;
        const packet = accept(received.subarray(2, length + 2));
        if (packet === undefined) reject(new Error('the DNS server answered over TCP with something else'));
        else resolve(packet);
      });
      socket.write(query);
    });
  } finally {
    socket.destroy();
  }
}

function readable(packet: DecodedPacket, name: string): DecodedPacket {
  const code = (packet as DecodedPacket & { rcode?: string }).rcode ?? 'NOERROR';
  if (code === 'NOERROR') return packet;
  if (code === 'NXDOMAIN')
    throw new KitError(
      'DISCOVERY_DNS_NO_NAME',
      `The name ${name} does not exist in DNS: no task of the service is registered.`,
    );
  throw new KitError('DISCOVERY_DNS_FAILED', `The DNS server answers ${code} for ${name}.`);
}

function asKitError(error: unknown, name: string, type: string): KitError {
  if (error instanceof KitError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new KitError('DISCOVERY_DNS_TIMED_OUT', `No DNS server answered the query for ${name} ${type} in time.`);
  return new KitError('DISCOVERY_DNS_FAILED', `The DNS query for ${name} ${type} failed: ${wordsOf(error)}.`);
}
