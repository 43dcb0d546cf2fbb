import { isIPv4 } from 'node:net';
import type { FlowKey } from '../core/flow-hash.ts';

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const VERSION_2_PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const UNSPECIFIED = 0x00;
const ADDRESSES_BYTES = 12;

/**
 * The header of proxy protocol version 2 that precedes a flow's bytes: who connected to whom, or that it is unspecified where the
 * addresses are not IPv4. Source: HAProxy's PROXY protocol specification, section 2.2. AWS adds a TLV for flows through VPC endpoints only.
 */
export function proxyProtocolHeader(flow: FlowKey): Buffer {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort } = flow;
  const start = [...SIGNATURE, VERSION_2_PROXY];
  if (!isIPv4(sourceAddress) || !isIPv4(destinationAddress)) return Buffer.from([...start, UNSPECIFIED, 0, 0]);
  const octets = (address: string): number[] => address.split('.').map(Number);
  const bytes = (port: number): number[] => [port >>> 8, port % 256];
  return Buffer.from([
    ...start,
    TCP_OVER_IPV4,
    0,
    ADDRESSES_BYTES,
    ...octets(sourceAddress),
    ...octets(destinationAddress),
    ...bytes(sourcePort),
    ...bytes(destinationPort),
  ]);
}
