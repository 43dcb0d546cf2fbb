import type { Answer, DecodedPacket, SrvAnswer, StringAnswer } from 'dns-packet';

/** A DNS answer as a place to connect to. */
export interface DnsTarget {
  /** IPv4; undefined when the response did not carry the address of an SRV target. */
  readonly address: string | undefined;
  readonly port: number;
  /** The SRV target's name, or the name that was asked for. */
  readonly name: string;
  readonly ttlSeconds: number;
}

const ANSWERS_MAX = 64;

/** The A records of a response, as targets with the given port. */
export function targetsOfA(packet: DecodedPacket, port: number): DnsTarget[] {
  return (packet.answers ?? [])
    .filter((answer): answer is StringAnswer => answer.type === 'A')
    .slice(0, ANSWERS_MAX)
    .map(({ name, data, ttl }) => ({ address: data, port, name, ttlSeconds: ttlOf(ttl) }));
}

/**
 * The SRV records of a response with the least priority, with the addresses that the response carries for their targets. Weights are
 * ignored: Cloud Map always says 1 (priority and weight "1 1", API reference, `DnsRecord.Type`).
 */
export function targetsOfSrv(packet: DecodedPacket): DnsTarget[] {
  const answers = packet.answers ?? [];
  const addresses = new Map<string, { data: string; ttl: number }>();
  for (const answer of [...answers, ...(packet.additionals ?? [])] as Answer[]) {
    if (answer.type === 'A') addresses.set(key(answer.name), { data: answer.data, ttl: ttlOf(answer.ttl) });
  }
  const records = answers.filter((answer): answer is SrvAnswer => answer.type === 'SRV').slice(0, ANSWERS_MAX);
  const priority = Math.min(...records.map(({ data }) => data.priority ?? 0));
  return records
    .filter(({ data }) => (data.priority ?? 0) === priority)
    .map(({ data, ttl }) => {
      const address = addresses.get(key(data.target));
      return {
        address: address?.data,
        port: data.port,
        name: data.target,
        ttlSeconds: Math.min(ttlOf(ttl), address?.ttl ?? Number.POSITIVE_INFINITY),
      };
    });
}

function key(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** A TTL as RFC 2181 §8 reads it: values with the top bit set mean 0. */
function ttlOf(ttl: number | undefined): number {
  return ttl === undefined || ttl < 0 || ttl > 0x7f_ff_ff_ff ? 0 : ttl;
}
