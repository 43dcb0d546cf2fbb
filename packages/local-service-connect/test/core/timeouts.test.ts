import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { servicePolicy } from '../../src/core/policy.ts';
import { judge, timeoutsOf } from '../../src/core/timeouts.ts';

test("uses AWS's time limits where the endpoint sets none", () => {
  expect(timeoutsOf({ appProtocol: 'http' }, servicePolicy)).toEqual({ requestMs: 15_000, idleMs: 300_000 });
  expect(timeoutsOf({ appProtocol: 'tcp' }, servicePolicy)).toEqual({ requestMs: 0, idleMs: 3_600_000 });
});

test('takes the time limits of the endpoint, 0 meaning none', () => {
  const timeout = { idleTimeoutSeconds: 0, perRequestTimeoutSeconds: 3 };
  expect(timeoutsOf({ appProtocol: 'http', timeout }, servicePolicy)).toEqual({ requestMs: 3_000, idleMs: 0 });
});

test('caps a time limit at what a timer can hold', () => {
  const timeout = { idleTimeoutSeconds: 2_147_483_647 };
  expect(timeoutsOf({ appProtocol: 'http', timeout }, servicePolicy).idleMs).toBe(2_147_483_647);
});

test('lets the shorter limit win', () => {
  const progress = { lastByteMs: 0, requestEndMs: 0 };
  expect(judge(progress, { requestMs: 100, idleMs: 50 }, 50)).toEqual({ kind: 'idle-timeout' });
  expect(judge(progress, { requestMs: 50, idleMs: 100 }, 50)).toEqual({ kind: 'request-timeout' });
});

test("starts the request's time at its last byte", () => {
  const timeouts = { requestMs: 50, idleMs: 0 };
  expect(judge({ lastByteMs: 0 }, timeouts, 1_000)).toEqual({ kind: 'wait', ms: 50 });
  expect(judge({ lastByteMs: 0, requestEndMs: 990 }, timeouts, 1_000)).toEqual({ kind: 'wait', ms: 40 });
});

test('waits until the first limit, and not a moment longer', () => {
  const ms = fc.nat({ max: 1_000_000 });
  fc.assert(
    fc.property(ms, ms, ms, ms, (requestMs, idleMs, lastByteMs, nowMs) => {
      const verdict = judge({ lastByteMs, requestEndMs: lastByteMs }, { requestMs, idleMs }, nowMs);
      const limits = [requestMs, idleMs].filter((limit) => limit > 0).map((limit) => lastByteMs + limit);
      const first = Math.min(...limits);
      expect(verdict.kind === 'unlimited').toBe(limits.length === 0);
      expect(verdict.kind.endsWith('-timeout')).toBe(nowMs >= first);
      expect(verdict.kind === 'wait' ? nowMs + verdict.ms : first).toBe(first);
    }),
  );
});
