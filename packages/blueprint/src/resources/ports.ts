import { own } from '../json.ts';

const names: Readonly<Record<string, string>> = { all: '-1', '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

/** A protocol's name, where it has one, for its number: `6` is `tcp`. */
export function protocolOf(written: string): string {
  const protocol = written.toLowerCase();
  return own(names, protocol) ?? protocol;
}

/** `undefined` when all ports are meant: none is given, or -1 or the whole range. */
export function portsOf(from?: number, to?: number): { readonly from: number; readonly to: number } | undefined {
  if (from === undefined || from < 0) return undefined;
  if (from === 0 && to === 65_535) return undefined;
  return { from, to: to ?? from };
}
