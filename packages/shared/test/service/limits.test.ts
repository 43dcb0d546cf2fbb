import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceLimits } from '../../src/service/limits.ts';

const surroundings = fc.record({
  albIdleTimeoutSeconds: fc.integer({ min: 1, max: 4000 }),
  stopTimeoutSeconds: fc.integer({ min: 2, max: 120 }),
});

test('keeps connections for longer than the load balancer does', () => {
  fc.assert(
    fc.property(surroundings, (given) => {
      expect(serviceLimits({ ...given, depth: 0 }).keepAliveTimeoutMs).toBeGreaterThan(
        given.albIdleTimeoutSeconds * 1000,
      );
    }),
  );
});

test('gives every call downstream less time than the one that it serves', () => {
  fc.assert(
    fc.property(surroundings, (given) => {
      const [worker, api, frontend] = [0, 1, 2].map((depth) => serviceLimits({ ...given, depth }));
      for (const { handlerTimeoutMs, peerTimeoutMs, peerConnectTimeoutMs } of [worker!, api!, frontend!]) {
        expect(peerTimeoutMs).toBeLessThan(handlerTimeoutMs);
        expect(peerConnectTimeoutMs).toBeLessThan(peerTimeoutMs);
      }
      expect(frontend!.handlerTimeoutMs).toBeLessThan(given.albIdleTimeoutSeconds < 10 ? Infinity : 10_000);
    }),
  );
});

test('leaves a callee less time than its caller waits, with the stop timeout of 30 s and those above', () => {
  fc.assert(
    fc.property(fc.integer({ min: 15, max: 120 }), (stopTimeoutSeconds) => {
      const limitsOf = (depth: number) => serviceLimits({ albIdleTimeoutSeconds: 60, stopTimeoutSeconds, depth });
      expect(limitsOf(1).handlerTimeoutMs).toBeLessThan(limitsOf(2).peerTimeoutMs);
      expect(limitsOf(0).handlerTimeoutMs).toBeLessThan(limitsOf(1).peerTimeoutMs);
    }),
  );
});

test('drains and finishes what is in flight within the grace, and ends the grace before ECS kills the task', () => {
  fc.assert(
    fc.property(surroundings, fc.integer({ min: 0, max: 2 }), (given, depth) => {
      const limits = serviceLimits({ ...given, depth });
      const inFlightMs = Math.max(limits.handlerTimeoutMs, limits.probesTimeoutMs);
      expect(limits.drainQuietMs).toBeLessThan(limits.drainMaxMs);
      expect(limits.drainMaxMs + inFlightMs).toBeLessThan(limits.graceMs);
      expect(limits.graceMs).toBeLessThan(given.stopTimeoutSeconds * 1000);
    }),
  );
});
