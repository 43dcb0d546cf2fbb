import { isIPv4 } from 'node:net';
import type { FlowKey } from '../core/flow-hash.ts';

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const VERSION_2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const ADDRESSES_BYTES = 12;

/**
 * The header of proxy protocol version 2 that precedes a flow's bytes: who connected to whom. Source: HAProxy's PROXY protocol
 * specification, section 2.2. AWS adds a TLV for flows through VPC endpoints only.
 */
export function proxyProtocolHeader(flow: FlowKey): Buffer {
  const octets = (address: string): number[] => {
    if (!isIPv4(address)) throw new TypeError(`${address} is no IPv4 address.`);
    return address.split('.').map(Number);
  };
  const bytes = (port: number): number[] => [port >>> 8, port % 256];
  return Buffer.from([
    ...SIGNATURE,
    VERSION_2_PROXY,
    TCP_OVER_IPV4,
    0,
    ADDRESSES_BYTES,
    ...octets(flow.sourceAddress),
    ...octets(flow.destinationAddress),
    ...bytes(flow.sourcePort),
    ...bytes(flow.destinationPort),
  ]);
}
