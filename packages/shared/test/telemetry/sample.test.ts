import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sample } from '../../src/telemetry/sample.ts';

test('keeps every value while there is room', () => {
  const sample = new Sample(3, () => 0);
  for (const value of [5, 6, 7]) sample.add(value);
  expect(sample.values).toEqual([5, 6, 7]);
});

test('keeps the old value or takes the new one as chance has it', () => {
  const chances = [0.9, 0.5];
  const sample = new Sample(2, () => chances.shift() ?? 0);
  for (const value of [1, 2, 3, 4]) sample.add(value);
  expect(sample.values).toEqual([1, 2]);
  sample.add(5);
  expect(sample.values).toEqual([5, 2]);
});

test('keeps values that were added, as many as there is room for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat()),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (added, size, chances) => {
        const sample = new Sample(size, () => chances.next().value ?? 0);
        for (const value of added) sample.add(value);
        expect(sample.values).toHaveLength(Math.min(size, added.length));
        expect(added).toEqual(expect.arrayContaining(sample.values));
      },
    ),
  );
});

test('gives every value the same chance', () => {
  const kept = Array.from({ length: 20 }, () => 0);
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 10_000; round += 1) {
    const sample = new Sample(5, random);
    for (let value = 0; value < 20; value += 1) sample.add(value);
    for (const value of sample.values) kept[value]! += 1;
  }
  for (const count of kept) expect(Math.abs(count - 2500)).toBeLessThan(200);
});
