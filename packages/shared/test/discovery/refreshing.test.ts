import { expect, test } from 'vitest';
import { Refreshing } from '../../src/discovery/refreshing.ts';

function build(answers: (number | Error)[]) {
  const clock = { ms: 0, loads: 0 };
  const value = new Refreshing<number>({
    load: async () => {
      const answer = answers[clock.loads] ?? answers.at(-1)!;
      clock.loads += 1;
      if (answer instanceof Error) throw answer;
      return { value: answer, ttlMs: 1000 };
    },
    staleMaxMs: 5000,
    isDefinitive: (error) => error instanceof Error && error.message === 'gone',
    now: () => clock.ms,
  });
  return { value, clock };
}

/** Lets a load that has been started in the background come to its end. */
async function settled(value: Refreshing<number>): Promise<void> {
  await value.get().catch(() => {});
}

test('loads once for everybody who asks at the same time', async () => {
  const { value, clock } = build([1]);
  expect(await Promise.all([value.get(), value.get(), value.get()])).toEqual([1, 1, 1]);
  expect(clock.loads).toBe(1);
});

test('gives the value without loading while it is fresh', async () => {
  const { value, clock } = build([1, 2]);
  await value.get();
  clock.ms = 749;
  expect(value.current()).toBe(1);
  expect(clock.loads).toBe(1);
});

test('loads ahead in the background when the value is about to expire', async () => {
  const { value, clock } = build([1, 2]);
  await value.get();
  clock.ms = 800;
  expect(value.current()).toBe(1);
  await settled(value);
  expect(value.current()).toBe(2);
  expect(clock.loads).toBe(2);
});

test('never gives an expired value when loading succeeds', async () => {
  const { value, clock } = build([1, 2]);
  await value.get();
  clock.ms = 1000;
  expect(value.current()).toBeUndefined();
  expect(await value.get()).toBe(2);
});

test('gives a stale value while loading fails, but not for ever', async () => {
  const { value, clock } = build([1, new Error('no answer')]);
  await value.get();
  clock.ms = 5999;
  expect(await value.get()).toBe(1);
  clock.ms = 6000;
  await expect(value.get()).rejects.toThrow('no answer');
});

test('does not ask again at every call while loading fails', async () => {
  const { value, clock } = build([1, new Error('no answer')]);
  await value.get();
  clock.ms = 800;
  value.current();
  await settled(value);
  const { loads } = clock;
  for (let count = 0; count < 10; count += 1) value.current();
  expect(clock.loads).toBe(loads);
});

test('forgets the value when the answer is that there is none', async () => {
  const { value, clock } = build([1, new Error('gone'), 3]);
  await value.get();
  clock.ms = 1500;
  await expect(value.get()).rejects.toThrow('gone');
  expect(await value.get()).toBe(3);
});
