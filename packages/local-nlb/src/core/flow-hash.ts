/** What tells one flow from another; the protocol is always TCP. */
export interface FlowKey {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
}

/** Both ends of an accepted connection; `undefined` when its client has already gone, which leaves it without an address. */
export function flowKeyOf(socket: ConnectionEnds): FlowKey | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  return {
    sourceAddress: withoutMapping(remoteAddress),
    sourcePort: remotePort,
    destinationAddress: withoutMapping(localAddress),
    destinationPort: localPort,
  };
}

interface ConnectionEnds {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** A listener of both IP versions names an IPv4 client `::ffff:<address>`. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/**
 * A number from 0 to 2³²−1, the same for the same flow: FNV-1a over the five parts, its bits then mixed so that neighbouring ports do
 * not meet neighbouring targets. With `bySource`, as target group stickiness has it, only the client's address counts.
 */
export function flowHash(flow: FlowKey, bySource = false): number {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort } = flow;
  const text = bySource ? sourceAddress : `tcp ${sourceAddress}:${sourcePort} ${destinationAddress}:${destinationPort}`;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
