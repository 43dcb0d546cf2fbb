import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isEjected, mayEjectAnother, newOutlierState, observe, type OutlierState } from '../../src/core/outlier.ts';
import { servicePolicy } from '../../src/core/policy.ts';

const policy = servicePolicy.outlier;

function fail(state: OutlierState, times: number, nowMs: number, mayEject = true): OutlierState {
  return times === 0 ? state : fail(observe(state, 'failure', nowMs, mayEject, policy), times - 1, nowMs, mayEject);
}

test('ejects a host for 30 s at the fifth failure in a row', () => {
  const four = fail(newOutlierState, 4, 1_000);
  const five = fail(four, 1, 1_000);

  expect(isEjected(four, 1_000)).toBe(false);
  expect(isEjected(five, 30_999)).toBe(true);
  expect(isEjected(five, 31_000)).toBe(false);
});

test('counts only failures of the last 30 s', () => {
  const state = fail(fail(newOutlierState, 4, 0), 1, 30_000);

  expect(isEjected(state, 30_000)).toBe(false);
});

test('starts the count anew at a success', () => {
  const state = fail(observe(fail(newOutlierState, 4, 0), 'success', 1, true, policy), 4, 2);

  expect(isEjected(state, 2)).toBe(false);
});

test('ejects for longer each time in a row, up to 300 s', () => {
  let state = newOutlierState;
  let nowMs = 0;
  const lengths: number[] = [];
  for (let round = 0; round < 12; round++) {
    state = fail(state, 5, nowMs);
    lengths.push(state.ejectedUntilMs! - nowMs);
    nowMs = state.ejectedUntilMs!;
  }

  expect(lengths).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300].map((seconds) => seconds * 1_000));
});

test('forgets an ejection for each 10 s in service', () => {
  const third = fail(fail(fail(newOutlierState, 5, 0), 5, 30_000), 5, 90_000);
  const later = fail(third, 5, 180_000 + 20_000);

  expect(third.ejectedUntilMs).toBe(180_000);
  expect(later.ejectedUntilMs! - 200_000).toBe(60_000);
});

test('keeps a host in service when no further host may be ejected', () => {
  expect(isEjected(fail(newOutlierState, 9, 0, false), 0)).toBe(false);
});

test('lets the first host always be ejected, a second only below the maximum share', () => {
  expect(mayEjectAnother(0, 1, policy)).toBe(true);
  expect(mayEjectAnother(1, 2, policy)).toBe(false);
  expect(mayEjectAnother(1, 11, policy)).toBe(true);
});

const history = fc.array(
  fc.record({ outcome: fc.constantFrom('success' as const, 'failure' as const), afterMs: fc.nat({ max: 20_000 }) }),
  { maxLength: 200 },
);

test('ejects exactly when five failures in a row lie within 30 s, for 30 to 300 s, whatever the history', () => {
  fc.assert(
    fc.property(history, (steps) => {
      let state = newOutlierState;
      let nowMs = 0;
      let run: number[] = [];
      for (const { outcome, afterMs } of steps) {
        nowMs += afterMs;
        const wasOut = isEjected(state, nowMs);
        const before = state;
        state = observe(state, outcome, nowMs, true, policy);
        if (!wasOut) run = outcome === 'success' ? [] : [...run, nowMs].filter((at) => nowMs - at < 30_000);
        const isDue = run.length >= 5;
        if (isDue) run = [];
        const lengthMs = isDue ? state.ejectedUntilMs! - nowMs : 30_000;

        expect(isEjected(state, nowMs)).toBe(wasOut || isDue);
        expect(wasOut && state !== before).toBe(false);
        expect(lengthMs >= 30_000 && lengthMs <= 300_000).toBe(true);
      }
    }),
  );
});

test('remembers a bounded number of failures', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000 }), { maxLength: 100 }), (gaps) => {
      let state = newOutlierState;
      let nowMs = 0;
      for (const gap of gaps) state = observe(state, 'failure', (nowMs += gap), false, policy);
      expect(state.failuresMs.length).toBeLessThanOrEqual(policy.failuresMin);
    }),
  );
});
