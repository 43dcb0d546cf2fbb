import { Resolver } from 'node:dns';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseResolver } from '../../src/wire/resolver.ts';

describe('parseResolver', () => {
  test('reads what the system says for any address and port', () => {
    const resolver = new Resolver();
    const address = fc.oneof(fc.ipV4(), fc.constantFrom('::1', 'fd00::2', '2001:db8::1'));
    fc.assert(
      fc.property(address, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        resolver.setServers([host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`]);
        expect(parseResolver(resolver.getServers()[0]!)).toEqual({ host, port });
      }),
    );
  });
});
