import { expect, test } from 'vitest';
import { compileMatcher, observe, type Probe, REGISTERED, type TargetHealth } from '../../src/core/health.ts';

const thresholds = { healthyThresholdCount: 3, unhealthyThresholdCount: 2, matches: compileMatcher('200') };
const ok: Probe = { kind: 'response', statusCode: 200 };
const wrong: Probe = { kind: 'response', statusCode: 500 };

function after(probes: readonly Probe[], from: TargetHealth = REGISTERED): TargetHealth {
  return probes.reduce((health, probe) => observe(health, probe, thresholds), from);
}

test('calls a new target healthy after its first success', () => {
  expect(after([ok])).toMatchObject({ state: 'healthy' });
  expect(after([wrong, ok])).toMatchObject({ state: 'healthy' });
});

test('keeps a target healthy until as many failures as the unhealthy threshold come in a row', () => {
  expect(after([ok, wrong, ok, wrong])).toMatchObject({ state: 'healthy' });
  expect(after([ok, wrong, wrong])).toMatchObject({
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  });
});

test('takes an unhealthy target back after as many successes as the healthy threshold in a row', () => {
  const unhealthy = after([ok, wrong, wrong]);
  expect(after([ok, ok], unhealthy)).toMatchObject({ state: 'unhealthy' });
  expect(after([ok, ok, wrong, ok, ok], unhealthy)).toMatchObject({ state: 'unhealthy' });
  expect(after([ok, ok, ok], unhealthy)).toMatchObject({ state: 'healthy' });
});

test('names the reason of the last failure', () => {
  expect(after([{ kind: 'timeout' }, { kind: 'timeout' }])).toMatchObject({
    reason: 'Target.Timeout',
    description: 'Request timed out',
  });
  expect(after([{ kind: 'timeout' }, { kind: 'timeout' }, { kind: 'failed' }])).toMatchObject({
    reason: 'Target.FailedHealthChecks',
    description: 'Health checks failed',
  });
});

test('says that initial checks are in progress until the unhealthy threshold is reached', () => {
  expect(after([wrong])).toMatchObject({ state: 'initial', reason: 'Elb.InitialHealthChecking' });
});

test.for([
  ['200', [200], [201, 404]],
  ['200,202', [200, 202], [201]],
  ['200-299', [200, 250, 299], [199, 300]],
  ['200-204,404', [203, 404], [205]],
] as const)('matches %s', ([matcher, inside, outside]) => {
  const matches = compileMatcher(matcher);
  expect(inside.every(matches)).toBe(true);
  expect(outside.some(matches)).toBe(false);
});
