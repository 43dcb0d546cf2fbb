import { BlueprintError } from '../errors.ts';

/** Says whether an IP address, as text, lies in the block. */
export type AddressBlock = (address: string) => boolean;

interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/**
 * Compiles an IPv4 or IPv6 CIDR block. What is no address lies in no block.
 * Throws `BLUEPRINT_RULE_PATTERN_INVALID` for what is no CIDR block, and for 255.255.255.255/32, which an ALB rejects.
 */
export function compileAddressBlock(cidrBlock: string): AddressBlock {
  const [base = '', length = '', ...more] = cidrBlock.split('/');
  const address = parseAddress(base);
  const bits = address?.version === 6 ? 128 : 32;
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
    throw invalid(cidrBlock, 'is no CIDR block; write it like 10.0.0.0/8 or 2001:db8::/32');
  }
  if (cidrBlock === '255.255.255.255/32') throw invalid(cidrBlock, 'is not allowed in a source-ip condition');
  const shift = BigInt(bits - Number(length));
  const prefix = address.value >> shift;
  const { version } = address;
  let latest = { text: '', inside: false };
  return (text) => {
    // Connections repeat the same peer request after request, so the latest answer is kept.
    if (text !== latest.text) {
      const peer = parseAddress(text);
      latest = { text, inside: peer?.version === version && peer.value >> shift === prefix };
    }
    return latest.inside;
  };
}

function invalid(cidrBlock: string, what: string): BlueprintError {
  return new BlueprintError('BLUEPRINT_RULE_PATTERN_INVALID', `The address block ${cidrBlock} ${what}.`);
}

function parseAddress(text: string): Address | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  const v4 = parseIpv4(mapped ?? text);
  if (v4 !== undefined) return { version: 4, value: v4 };
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : { version: 6, value: v6 };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.replace(/%.*$/, '').split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
