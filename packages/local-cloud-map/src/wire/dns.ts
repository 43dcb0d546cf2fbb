/** DNS messages: from bytes to a question, from an answer to bytes (RFC 1035, 6891, 8906). */
import { SocketAddress } from 'node:net';
import * as dnsPacket from 'dns-packet';
import type { QuestionType, ZoneRecord } from '../core/zone.ts';

const HEADER_BYTES = 12;
/** Without EDNS a UDP answer has at most 512 bytes. */
const UDP_BYTES_MIN = 512;
/** What fits every path without fragments (DNS flag day 2020); we offer and accept no more by UDP. */
const UDP_BYTES_MAX = 1232;

export interface DnsQuery {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** As asked, without the final dot. */
  readonly name: string;
  readonly type: QuestionType;
  readonly question: dnsPacket.Question;
  /** Present when the client speaks EDNS: how large a UDP answer it takes. */
  readonly edns?: { readonly payloadBytes: number };
}

export type Rcode = keyof typeof RCODES;
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

export interface DnsAnswer {
  readonly rcode: Rcode;
  readonly answers?: readonly ZoneRecord[];
  readonly authorities?: readonly ZoneRecord[];
}

export type Decoded =
  | { readonly kind: 'query'; readonly query: DnsQuery }
  /** To be answered with these bytes. */
  | { readonly kind: 'refusal'; readonly answer: Buffer }
  /** To be ignored: no header, or itself an answer (answering answers makes loops). */
  | { readonly kind: 'drop' };

/** Never throws, whatever the bytes. */
export function decodeQuery(message: Buffer): Decoded {
  if (message.length < HEADER_BYTES || (message.readUInt8(2) & 0x80) !== 0) return { kind: 'drop' };
  const opcode = (message.readUInt8(2) >> 3) & 0xf;
  if (opcode !== 0) return { kind: 'refusal', answer: headerOnly(message, 'NOTIMP') };
  const packet = decodePacket(message);
  const [question, ...more] = packet?.questions ?? [];
  if (packet === undefined || question === undefined || more.length > 0 || !isPlainName(question.name)) {
    return { kind: 'refusal', answer: headerOnly(message, 'FORMERR') };
  }
  const query = queryOf(packet, question);
  const opts = (packet.additionals ?? []).filter((record) => record.type === 'OPT');
  if (opts.length > 1) return { kind: 'refusal', answer: headerOnly(message, 'FORMERR') };
  if (opts[0] !== undefined && opts[0].ednsVersion !== 0) {
    return { kind: 'refusal', answer: encodeAnswer(query, { rcode: 'BADVERS' }, UDP_BYTES_MIN) };
  }
  if (question.class !== 'IN') {
    return { kind: 'refusal', answer: headerOnly(message, 'REFUSED') };
  }
  return { kind: 'query', query };
}

function decodePacket(message: Buffer): dnsPacket.DecodedPacket | undefined {
  try {
    return dnsPacket.decode(message);
  } catch {
    return undefined;
  }
}

/** Bytes outside visible ASCII do not survive the codec, and no name here has them. */
function isPlainName(name: string): boolean {
  return name.length <= 253 && /^[!-~]*$/.test(name);
}

function queryOf(packet: dnsPacket.DecodedPacket, question: dnsPacket.Question): DnsQuery {
  const opt = (packet.additionals ?? []).find((record) => record.type === 'OPT');
  return {
    id: packet.id ?? 0,
    recursionDesired: packet.flag_rd,
    name: question.name === '.' ? '' : question.name,
    type: questionTypeOf(question.type),
    question,
    ...(opt === undefined ? {} : { edns: { payloadBytes: opt.udpPayloadSize } }),
  };
}

const QUESTION_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'SRV', 'CNAME', 'SOA', 'NS', 'ANY']);

function questionTypeOf(type: string): QuestionType {
  return QUESTION_TYPES.has(type) ? (type as QuestionType) : 'OTHER';
}

/** How many bytes a UDP answer to `query` may have. */
export function udpBytesFor(query: DnsQuery): number {
  if (query.edns === undefined) return UDP_BYTES_MIN;
  return Math.min(Math.max(query.edns.payloadBytes, UDP_BYTES_MIN), UDP_BYTES_MAX);
}

/** An answer that exceeds `bytesMax` is sent without records and with the TC flag: the client asks again by TCP. */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer, bytesMax: number): Buffer {
  const full = encode(query, answer, 0);
  return full.length <= bytesMax ? full : encode(query, { rcode: answer.rcode }, dnsPacket.TRUNCATED_RESPONSE);
}

function encode(query: DnsQuery, { rcode, answers = [], authorities = [] }: DnsAnswer, moreFlags: number): Buffer {
  const flags = dnsPacket.RECURSION_AVAILABLE | (query.recursionDesired ? dnsPacket.RECURSION_DESIRED : 0) | moreFlags;
  return dnsPacket.encode({
    type: 'response',
    id: query.id,
    flags: flags | (RCODES[rcode] & 0xf),
    questions: [query.question],
    answers: answers.map(recordOf),
    authorities: authorities.map(recordOf),
    additionals: query.edns === undefined ? [] : [optOf(rcode)],
  });
}

/** The codec misreads some spellings of IPv6 addresses (`::0:0:0:0:0:0:1`), but not the canonical one. */
function recordOf({ ttlSeconds, ...record }: ZoneRecord): dnsPacket.Answer {
  if (record.type !== 'AAAA') return { ...record, ttl: ttlSeconds, class: 'IN' };
  const { address } = new SocketAddress({ family: 'ipv6', address: record.data });
  return { ...record, data: address, ttl: ttlSeconds, class: 'IN' };
}

function optOf(rcode: Rcode): dnsPacket.Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: UDP_BYTES_MAX,
    extendedRcode: RCODES[rcode] >> 4,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

/** An answer to a message of which only the header can be trusted. */
export function headerOnly(message: Buffer, rcode: Rcode): Buffer {
  const answer = Buffer.alloc(HEADER_BYTES);
  message.copy(answer, 0, 0, 2);
  answer.writeUInt8(0x80 | (message.readUInt8(2) & 0x79), 2);
  answer.writeUInt8(RCODES[rcode] & 0xf, 3);
  return answer;
}
