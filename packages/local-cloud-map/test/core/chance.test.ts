import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomText, sample } from '../../src/core/chance.ts';
import { TokenBucket } from '../../src/core/token-bucket.ts';

describe('sample', () => {
  test('takes as many different items as there are, up to the count, and leaves the list alone', () => {
    const chance = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.nat(12), chance, (items, count, stream) => {
        const before = [...items];
        const taken = sample(() => stream.next().value, items, count);
        expect(taken).toHaveLength(Math.min(count, items.length));
        expect(new Set(taken).size).toBe(taken.length);
        expect(items).toEqual(before);
        expect(items).toEqual(expect.arrayContaining(taken));
      }),
    );
  });
});

describe('randomText', () => {
  test('has the length and the letters of an id', () => {
    expect(randomText(Math.random, 16)).toMatch(/^[a-z0-9]{16}$/);
  });
});

describe('TokenBucket', () => {
  test('lets a burst through and then a steady rate', () => {
    const bucket = new TokenBucket(10, 3);
    const take = (nowMs: number) => bucket.take(nowMs);
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
    expect([take(99), take(100), take(100)]).toEqual([false, true, false]);
    expect([take(10_000), take(10_000), take(10_000), take(10_000)]).toEqual([true, true, true, false]);
  });

  test('does not mind a clock that goes back', () => {
    const bucket = new TokenBucket(10, 1);
    bucket.take(1000);
    expect(bucket.take(0)).toBe(false);
  });
});
