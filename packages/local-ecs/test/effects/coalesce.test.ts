import { expect, test } from 'vitest';
import { coalesce } from '../../src/effects/coalesce.ts';

test('what arrives while a call is under way goes out together in the next', async () => {
  const calls: [string, readonly number[]][] = [];
  const first = Promise.withResolvers<void>();
  const add = coalesce<number>(async (key, items) => {
    calls.push([key, items]);
    if (calls.length === 1) await first.promise;
  });
  const one = add('a', 1);
  await Promise.resolve();
  const others = [add('a', 2), add('a', 3), add('b', 9)];
  first.resolve();
  await Promise.all([one, ...others]);
  expect(calls).toEqual([
    ['a', [1]],
    ['b', [9]],
    ['a', [2, 3]],
  ]);
});

test('a failed call fails its own items only', async () => {
  let calls = 0;
  const add = coalesce<number>(async () => {
    calls += 1;
    if (calls === 1) throw new Error('first');
    await Promise.resolve();
  });
  const one = add('a', 1);
  await expect(one).rejects.toThrow('first');
  await expect(add('a', 2)).resolves.toBeUndefined();
});
