import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { servicePolicy } from '../../src/core/policy.ts';
import { backoffMs, isRetried, type Failure } from '../../src/core/retry.ts';

const policy = servicePolicy.retries;
const replayable = { method: 'POST', isReplayable: true };
const refused: Failure = { kind: 'connect-failure', reason: 'Connection refused' };

test('tries again twice and no more', () => {
  expect([1, 2, 3].map((attempts) => isRetried(refused, attempts, replayable, policy))).toEqual([true, true, false]);
});

test.each<[Failure, string, boolean]>([
  [refused, 'POST', true],
  [{ kind: 'connect-timeout' }, 'POST', true],
  [{ kind: 'status', statusCode: 503 }, 'POST', true],
  [{ kind: 'status', statusCode: 502 }, 'GET', false],
  [{ kind: 'status', statusCode: 500 }, 'GET', false],
  [{ kind: 'reset' }, 'GET', true],
  [{ kind: 'reset' }, 'PUT', true],
  [{ kind: 'reset' }, 'POST', false],
  [{ kind: 'protocol-error' }, 'GET', false],
])('decides on %o of a %s: %s', (failure, method, expected) => {
  expect(isRetried(failure, 1, { method, isReplayable: true }, policy)).toBe(expected);
});

test('does not try again what it cannot send again', () => {
  expect(isRetried(refused, 1, { method: 'GET', isReplayable: false }, policy)).toBe(false);
});

test('pauses at most 25 ms before the first retry and 75 ms before the second, 250 ms at the very most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, random) => {
        const pauseMs = backoffMs(n, random, policy);
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThan(n === 1 ? 25 : n === 2 ? 75 : 250);
      },
    ),
  );
});
