/** Cloud Map's zones as a DNS server: one port, UDP and TCP. */
import { TokenBucket } from './core/token-bucket.ts';
import type { QuestionType, ZoneAnswer } from './core/zone.ts';
import type { Forwarder } from './effects/forward.ts';
import { openTcp } from './effects/tcp.ts';
import { openUdp } from './effects/udp.ts';
import { listenError, systemCodeOf } from './errors.ts';
import { decodeQuery, encodeAnswer, headerOnly, udpBytesFor, type DnsAnswer } from './wire/dns.ts';

const TCP_BYTES_MAX = 65_535;
const STATIC_TTL_SECONDS = 60;
const SOURCES_KEPT = 4096;
const PORT_ATTEMPTS = 10;

export interface DnsServerOptions {
  readonly host: string;
  /** 0: any port that is free for both UDP and TCP. */
  readonly port: number;
  /** Undefined for names outside the zones. */
  readonly lookUp: (name: string, type: QuestionType) => ZoneAnswer | undefined;
  /** Further names, in lower case, with their IPv4 addresses. */
  readonly records: ReadonlyMap<string, string>;
  /** Asked about every other name; without it those are REFUSED. */
  readonly forward: Forwarder | undefined;
  /** Per source address, in the long run and at once; what exceeds it is dropped. */
  readonly queriesPerSecondMax: number;
  readonly nowMs: () => number;
}

/** @throws LocalCloudMapError `LOCAL_CLOUD_MAP_PORT_TAKEN`, `LOCAL_CLOUD_MAP_LISTEN_FAILED`. */
export async function startDnsServer(
  options: DnsServerOptions,
): Promise<AsyncDisposable & { readonly host: string; readonly port: number }> {
  const { host } = options;
  const limiter = sourceLimiter(options);
  const answer = (message: Buffer, transport: 'udp' | 'tcp', from: string) =>
    limiter(from) ? answerSafely(options, message, transport) : undefined;
  for (let attempt = 1; ; attempt++) {
    await using opened = new AsyncDisposableStack();
    try {
      const udp = opened.use(
        await openUdp({ host, port: options.port }, (message, { address }) => answer(message, 'udp', address)),
      );
      const { port } = udp;
      opened.use(await openTcp({ host, port }, (message, from) => answer(message, 'tcp', from)));
      const both = opened.move();
      return { host, port, [Symbol.asyncDispose]: async () => await both.disposeAsync() };
    } catch (error) {
      const unlucky = options.port === 0 && systemCodeOf(error) === 'EADDRINUSE' && attempt < PORT_ATTEMPTS;
      if (!unlucky) throw listenError(error, host, options.port);
    }
  }
}

/** A question that brings out a defect costs its asker a SERVFAIL, and nobody else anything. */
function answerSafely(options: DnsServerOptions, message: Buffer, transport: 'udp' | 'tcp') {
  try {
    return answerMessage(options, message, transport);
  } catch {
    return headerOnly(message, 'SERVFAIL');
  }
}

function answerMessage(
  options: DnsServerOptions,
  message: Buffer,
  transport: 'udp' | 'tcp',
): Buffer | undefined | Promise<Buffer | undefined> {
  const decoded = decodeQuery(message);
  if (decoded.kind === 'drop') return undefined;
  if (decoded.kind === 'refusal') return decoded.answer;
  const { query } = decoded;
  const bytesMax = transport === 'udp' ? udpBytesFor(query) : TCP_BYTES_MAX;
  const known = options.lookUp(query.name, query.type) ?? staticAnswer(options.records, query.name, query.type);
  if (known !== undefined) return encodeAnswer(query, known, bytesMax);
  if (options.forward === undefined) return encodeAnswer(query, { rcode: 'REFUSED' }, bytesMax);
  return options
    .forward(message, transport)
    .then((forwarded) => forwarded ?? encodeAnswer(query, { rcode: 'SERVFAIL' }, bytesMax));
}

function staticAnswer(records: ReadonlyMap<string, string>, name: string, type: QuestionType): DnsAnswer | undefined {
  const data = records.get(name.toLowerCase());
  if (data === undefined) return undefined;
  if (type !== 'A' && type !== 'ANY') return { rcode: 'NOERROR' };
  return { rcode: 'NOERROR', answers: [{ name, type: 'A', ttlSeconds: STATIC_TTL_SECONDS, data }] };
}

/** One bucket per source address; the oldest is forgotten when there are too many. */
function sourceLimiter({ queriesPerSecondMax, nowMs }: DnsServerOptions): (from: string) => boolean {
  const buckets = new Map<string, TokenBucket>();
  return (from) => {
    let bucket = buckets.get(from);
    if (bucket === undefined) {
      for (const oldest of buckets.keys()) {
        if (buckets.size < SOURCES_KEPT) break;
        buckets.delete(oldest);
      }
      bucket = new TokenBucket(queriesPerSecondMax, queriesPerSecondMax);
      buckets.set(from, bucket);
    }
    return bucket.take(nowMs());
  };
}
