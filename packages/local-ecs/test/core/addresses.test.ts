import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressOf,
  loopbackAddressOf,
  nextFreeAddress,
  parseCidr,
  serviceConnectAddressOf,
} from '../../src/core/addresses.ts';

const subnet = fc
  .record({ first: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 20, max: 28 }) })
  .map(({ first, prefix }) => `${addressOf(first)}/${prefix}`);

test('an address survives being a number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      expect(parseCidr(`${addressOf(value)}/32`).first).toBe(value);
    }),
  );
});

test('an address is in its subnet, free, and none of the five that AWS keeps', () => {
  fc.assert(
    fc.property(subnet, fc.integer({ min: 0, max: 12 }), (cidrBlock, count) => {
      const { first, size } = parseCidr(cidrBlock);
      const taken = new Set<string>();
      let last: string | undefined;
      for (let index = 0; index < Math.min(count, size - 5); index += 1) {
        last = nextFreeAddress(cidrBlock, taken, last) ?? '';
        expect(taken.has(last)).toBe(false);
        taken.add(last);
        const offset = parseCidr(`${last}/32`).first - first;
        expect(offset).toBeGreaterThanOrEqual(4);
        expect(offset).toBeLessThan(size - 1);
      }
    }),
  );
});

test('a full subnet has no address, and one that lost a task has that task’s', () => {
  const taken = new Set<string>();
  for (let address = nextFreeAddress('10.10.0.0/28', taken); address !== undefined;) {
    taken.add(address);
    address = nextFreeAddress('10.10.0.0/28', taken, address);
  }
  expect(taken.size).toBe(11);
  taken.delete('10.10.0.9');
  expect(nextFreeAddress('10.10.0.0/28', taken, '10.10.0.14')).toBe('10.10.0.9');
});

test('an address is not reused at once', () => {
  expect(nextFreeAddress('10.10.0.0/24', new Set(), '10.10.0.7')).toBe('10.10.0.8');
});

test('an address of the VPC is one of the machine’s loopback addresses', () => {
  expect(loopbackAddressOf('10.10.1.4', 10)).toBe('127.10.1.4');
  expect(loopbackAddressOf('10.10.1.4', 12)).toBe('127.12.1.4');
});

test('no two proxies share an address, in whichever lab they run', () => {
  const part = fc.record({
    task: fc.integer({ min: 0, max: 255 }),
    alias: fc.integer({ min: 1, max: 254 }),
    octet: fc.integer({ min: 10, max: 41 }),
  });
  fc.assert(
    fc.property(part, part, (one, other) => {
      const addresses = [one, other].map(({ task, alias, octet }) => serviceConnectAddressOf(task, alias, octet));
      expect(addresses[0] === addresses[1]).toBe(JSON.stringify(one) === JSON.stringify(other));
      for (const address of addresses) expect(Number(address.split('.')[1])).toBeGreaterThan(41);
    }),
  );
  expect(serviceConnectAddressOf(0, 1, 10)).toBe('127.255.0.1');
});

test.each(['10.10.0.0', '10.10.0/24', '10.10.0.256/24', '10.10.0.0/33', 'a.b.c.d/8', ''])(
  'rejects %j as an address block',
  (text) => {
    expect(() => parseCidr(text)).toThrow(/is not an IPv4 address block/);
  },
);
