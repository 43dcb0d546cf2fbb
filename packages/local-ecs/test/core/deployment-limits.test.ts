import { expect, test } from 'vitest';
import { circuitBreakerThreshold, launchDelayMs, taskLimits } from '../../src/core/deployment-limits.ts';

test.each([
  [2, 100, 200, 2, 4],
  [3, 50, 150, 2, 4],
  [1, 50, 100, 1, 1],
  [4, 0, 100, 0, 4],
  [0, 100, 200, 0, 0],
])(
  'desired %i with %i–%i %% may have %i to %i tasks',
  (desired, minimumHealthyPercent, maximumPercent, lower, upper) => {
    expect(taskLimits(desired, { minimumHealthyPercent, maximumPercent })).toEqual({ lower, upper });
  },
);

test.each([
  [1, 3],
  [6, 3],
  [7, 4],
  [25, 13],
  [1000, 200],
])('for %i desired tasks the circuit breaker opens after %i failures', (desired, failures) => {
  expect(circuitBreakerThreshold(desired)).toBe(failures);
});

test('the first failure is replaced at once, further ones later and later, up to five seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 20].map(launchDelayMs)).toEqual([0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
});
