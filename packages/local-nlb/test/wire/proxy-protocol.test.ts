import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyProtocolHeader } from '../../src/wire/proxy-protocol.ts';

const port = fc.integer({ min: 0, max: 65_535 });

describe('a proxy protocol header', () => {
  it('has 28 bytes from which the addresses and ports can be read back', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        port,
        fc.ipV4(),
        port,
        (sourceAddress, sourcePort, destinationAddress, destinationPort) => {
          const header = proxyProtocolHeader({ sourceAddress, sourcePort, destinationAddress, destinationPort });
          expect(header).toHaveLength(28);
          expect([...header.subarray(16, 20)].join('.')).toBe(sourceAddress);
          expect([...header.subarray(20, 24)].join('.')).toBe(destinationAddress);
          expect([header.readUInt16BE(24), header.readUInt16BE(26)]).toEqual([sourcePort, destinationPort]);
        },
      ),
    );
  });

  it.each([
    ['::1', '::1'],
    ['127.0.0.1', '::1'],
    ['', ''],
  ])('from %j to %j says that the addresses are unspecified', (sourceAddress, destinationAddress) => {
    const header = proxyProtocolHeader({ sourceAddress, sourcePort: 1, destinationAddress, destinationPort: 2 });
    expect(header.toString('hex')).toBe('0d0a0d0a000d0a515549540a21000000');
  });
});
