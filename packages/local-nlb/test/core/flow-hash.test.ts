import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowHash, flowKeyOf } from '../../src/core/flow-hash.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const flow = fc.record({
  sourceAddress: fc.ipV4(),
  sourcePort: port,
  destinationAddress: fc.ipV4(),
  destinationPort: port,
});

describe('the flow hash', () => {
  it('is the same for the same flow, and a whole number of 32 bits', () => {
    fc.assert(
      fc.property(flow, (given) => {
        const hash = flowHash(given);
        expect(hash).toBe(flowHash({ ...given }));
        expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
      }),
    );
  });

  it('by source does not depend on anything but the client’s address', () => {
    fc.assert(
      fc.property(flow, flow, (one, other) => {
        expect(flowHash({ ...other, sourceAddress: one.sourceAddress }, true)).toBe(flowHash(one, true));
      }),
    );
  });

  it('spreads the ports of one client over any few targets, within a quarter of an equal share', () => {
    for (const targets of [2, 3, 5, 7]) {
      const counts = Array.from({ length: targets }, () => 0);
      for (let sourcePort = 32_768; sourcePort < 36_768; sourcePort += 1) {
        const key = { sourceAddress: '10.10.4.9', sourcePort, destinationAddress: '10.10.5.1', destinationPort: 80 };
        const index = flowHash(key) % targets;
        counts[index] = (counts[index] ?? 0) + 1;
      }
      const share = 4000 / targets;
      for (const count of counts) expect(Math.abs(count - share)).toBeLessThan(share / 4);
    }
  });
});

describe('the key of a flow', () => {
  const ends = { remoteAddress: '10.0.0.1', remotePort: 1, localAddress: '10.0.0.2', localPort: 2 };

  it('names IPv4 addresses as such, also those that a listener of both IP versions has mapped', () => {
    const key = { sourceAddress: '10.0.0.1', sourcePort: 1, destinationAddress: '10.0.0.2', destinationPort: 2 };
    expect(flowKeyOf(ends)).toEqual(key);
    expect(flowKeyOf({ ...ends, remoteAddress: '::ffff:10.0.0.1', localAddress: '::FFFF:10.0.0.2' })).toEqual(key);
    expect(flowKeyOf({ ...ends, remoteAddress: '::1' })).toEqual({ ...key, sourceAddress: '::1' });
  });

  it.each(['remoteAddress', 'remotePort', 'localAddress', 'localPort'])('is none without %s', (end) => {
    expect(flowKeyOf({ ...ends, [end]: undefined })).toBeUndefined();
  });
});
