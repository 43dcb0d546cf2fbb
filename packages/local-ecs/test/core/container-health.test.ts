import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialContainerHealth, observeContainer } from '../../src/core/container-health.ts';
import type { ContainerHealth } from '../../src/core/container-health.ts';

const check = { retries: 3, startPeriodEndsAtMs: 0 };

function fold(results: readonly boolean[], startPeriodEndsAtMs = 0): ContainerHealth {
  return results.reduce(
    (health, passed, index) => observeContainer(health, { passed, atMs: index + 1 }, { ...check, startPeriodEndsAtMs }),
    initialContainerHealth(0),
  );
}

test('a container is unknown until its first check passes', () => {
  expect(fold([]).status).toBe('UNKNOWN');
  expect(fold([false]).status).toBe('UNKNOWN');
  expect(fold([false, true]).status).toBe('HEALTHY');
});

test('a container is unhealthy after as many failures in a row as it has retries', () => {
  expect(fold([true, false, false]).status).toBe('HEALTHY');
  expect(fold([true, false, false, false]).status).toBe('UNHEALTHY');
  expect(fold([true, false, false, false, true]).status).toBe('HEALTHY');
});

test('failures in the start period do not count, but one success ends it', () => {
  expect(fold([false, false, false, false], 10)).toEqual(initialContainerHealth(0));
  expect(fold([true, false, false, false], 10).status).toBe('UNHEALTHY');
});

test('the status is what the last run of equal results makes it', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1 }), (results) => {
      const lastPass = results.lastIndexOf(true);
      const failures = results.length - 1 - lastPass;
      const expected = failures === 0 ? 'HEALTHY' : failures >= 3 ? 'UNHEALTHY' : lastPass < 0 ? 'UNKNOWN' : undefined;
      fc.pre(expected !== undefined);
      expect(fold(results).status).toBe(expected);
    }),
  );
});

test('the time of a status is that of its first observation', () => {
  expect(fold([true, true, true]).sinceMs).toBe(1);
  expect(fold([true, false, false, false, false]).sinceMs).toBe(4);
});
