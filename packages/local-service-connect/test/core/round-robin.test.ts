import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { newOutlierState } from '../../src/core/outlier.ts';
import { pickHost, type Candidate } from '../../src/core/round-robin.ts';

const inService = (): Candidate => ({ outlier: newOutlierState });
const ejected = (): Candidate => ({ outlier: { failuresMs: [], ejections: 1, ejectedUntilMs: 1 } });

function pickMany(hosts: readonly Candidate[], cursor: number, times: number, panicPercent = 50): number[] {
  const picks: number[] = [];
  for (let next = cursor; picks.length < times;) {
    const index = pickHost(hosts, next, [], 0, panicPercent);
    picks.push(index);
    next = index + 1;
  }
  return picks;
}

test('takes each host once a round, from wherever it begins', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (count, cursor) => {
      const picks = pickMany(Array.from({ length: count }, inService), cursor, count);
      expect([...picks].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});

test('passes over ejected hosts unless most are ejected', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), fc.nat(), (states, cursor) => {
      const hosts = states.map((isOut) => (isOut ? ejected() : inService()));
      const healthy = states.filter((isOut) => !isOut).length;
      const picked = new Set(pickMany(hosts, cursor, hosts.length));
      const isPanic = healthy * 2 < hosts.length;
      expect(picked.size).toBe(isPanic ? hosts.length : healthy);
      expect([...picked].some((index) => states[index] === true)).toBe(isPanic);
    }),
  );
});

test('avoids the hosts that were tried while another is left, and takes one of them when none is', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), fc.nat(), (tried, cursor) => {
      const hosts = tried.map(inService);
      const avoid = hosts.filter((_, index) => tried[index]);
      const index = pickHost(hosts, cursor, avoid, 0, 50);
      expect(index).toBeGreaterThanOrEqual(0);
      expect(tried[index]).toBe(avoid.length === hosts.length);
    }),
  );
});

test('has no answer without hosts', () => {
  expect(pickHost([], 7, [], 0, 50)).toBe(-1);
});
