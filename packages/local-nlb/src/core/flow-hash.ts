/** What tells one flow from another; the protocol is always TCP. */
export interface FlowKey {
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
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
