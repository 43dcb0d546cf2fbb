import { expect, test } from 'vitest';
import { TargetGroupState } from '../../src/core/target-group-state.ts';
import type { Target } from '../../src/core/target.ts';
import { targetGroup } from '../blueprint.ts';

const OK = { kind: 'response', statusCode: 200 } as const;
const FAILED = { kind: 'failed' } as const;

function group(attributes: Record<string, string> = {}, inUse = true) {
  return new TargetGroupState(targetGroup('web', { attributes }), inUse);
}

function add(state: TargetGroupState, id: string, now = 0): Target {
  const change = state.register(id, 80);
  if (change === undefined) throw new Error('not registered');
  state.observe(change.target, OK, now);
  return change.target;
}

function fail(state: TargetGroupState, target: Target): void {
  state.observe(target, FAILED, 0);
  state.observe(target, FAILED, 0);
}

function picks(state: TargetGroupState, count: number, now = 0, random = () => 0.5) {
  return Array.from({ length: count }, () => state.select(now, random)?.id);
}

test('takes the healthy targets in turn', () => {
  const state = group();
  add(state, '10.0.0.1');
  add(state, '10.0.0.2');
  expect(picks(state, 4)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2']);
});

test('passes over unhealthy targets while one is healthy, and fails open when none is', () => {
  const state = group();
  const one = add(state, '10.0.0.1');
  const two = add(state, '10.0.0.2');
  fail(state, one);
  expect(new Set(picks(state, 4))).toEqual(new Set(['10.0.0.2']));
  fail(state, two);
  expect(new Set(picks(state, 4))).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
});

test('fails open below the minimum of healthy targets that the attribute asks for', () => {
  const state = group({ 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '2' });
  add(state, '10.0.0.1');
  fail(state, add(state, '10.0.0.2'));
  expect(new Set(picks(state, 4))).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
});

test('fails open below the minimum share of healthy targets that the attribute asks for', () => {
  const state = group({ 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': '50' });
  const [one, two, three] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((id) => add(state, id));
  fail(state, one!);
  expect(new Set(picks(state, 6))).toEqual(new Set(['10.0.0.2', '10.0.0.3']));
  fail(state, two!);
  expect(new Set(picks(state, 6))).toEqual(new Set(['10.0.0.1', '10.0.0.2', three!.id]));
});

test('offers targets in their initial checks only when the group fails open', () => {
  const state = group();
  state.register('10.0.0.1', 80);
  expect(picks(state, 2)).toEqual(['10.0.0.1', '10.0.0.1']);
  const two = add(state, '10.0.0.2');
  expect(new Set(picks(state, 4))).toEqual(new Set(['10.0.0.2']));
  fail(state, two);
  expect(new Set(picks(state, 4))).toEqual(new Set(['10.0.0.1', '10.0.0.2']));
});

test('calls targets unavailable and sends them requests when health checks are disabled', () => {
  const blueprint = targetGroup('web');
  const unchecked = { ...blueprint, healthCheck: { ...blueprint.healthCheck, enabled: false } };
  const state = new TargetGroupState(unchecked, true);
  expect(state.register('10.0.0.1', 80)?.to).toMatchObject({
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
  });
  expect(picks(state, 2)).toEqual(['10.0.0.1', '10.0.0.1']);
});

test('has no target to offer when none is registered, or when the group is not in use', () => {
  expect(group().select(0, () => 0)).toBeUndefined();
  const unused = group({}, false);
  expect(unused.register('10.0.0.1', 80)?.to).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
  expect(unused.select(0, () => 0)).toBeUndefined();
});

test('gives a draining target no new request and forgets it when the deregistration delay ends', () => {
  const state = group({ 'deregistration_delay.timeout_seconds': '30' });
  add(state, '10.0.0.1');
  add(state, '10.0.0.2');
  expect(state.deregister('10.0.0.1:80', 1000)?.to).toMatchObject({ state: 'draining' });
  expect(new Set(picks(state, 3))).toEqual(new Set(['10.0.0.2']));
  expect(state.removeDrained(30_999)).toHaveLength(0);
  expect(state.targets.has('10.0.0.1:80')).toBe(true);
  expect(state.removeDrained(31_000)).toMatchObject([
    { from: { state: 'draining' }, to: { reason: 'Target.NotRegistered' } },
  ]);
  expect(state.targets.has('10.0.0.1:80')).toBe(false);
});

test('takes a draining target back as a new one when it is registered again', () => {
  const state = group();
  add(state, '10.0.0.1');
  state.deregister('10.0.0.1:80', 0);
  expect(state.register('10.0.0.1', 80)).toMatchObject({ from: { state: 'draining' }, to: { state: 'initial' } });
  expect(state.removeDrained(1e9)).toHaveLength(0);
});

test('prefers the target with the fewest outstanding requests when asked to', () => {
  const state = group({ 'load_balancing.algorithm.type': 'least_outstanding_requests' });
  const one = add(state, '10.0.0.1');
  add(state, '10.0.0.2');
  one.outstanding = 3;
  expect(picks(state, 3)).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.2']);
});

test('draws at random when asked to', () => {
  const state = group({ 'load_balancing.algorithm.type': 'weighted_random' });
  add(state, '10.0.0.1');
  add(state, '10.0.0.2');
  expect(picks(state, 2, 0, () => 0.9)).toEqual(['10.0.0.2', '10.0.0.2']);
});

test('lets a target that joins healthy ones take its turn more and more often over the slow start', () => {
  const state = group({ 'slow_start.duration_seconds': '100' });
  add(state, '10.0.0.1', 1);
  add(state, '10.0.0.2', 1);
  const late = state.register('10.0.0.3', 80)?.target;
  state.observe(late as Target, OK, 1000);
  const share = (now: number) => {
    let draw = 0;
    const taken = picks(state, 300, now, () => ((draw += 37) % 100) / 100);
    return taken.filter((id) => id === '10.0.0.3').length;
  };
  const early = share(11_000);
  const middle = share(51_000);
  expect(early).toBeGreaterThan(0);
  expect(early).toBeLessThan(middle);
  expect(share(101_001)).toBe(100);
});

test('does not ramp the first targets of an empty group', () => {
  const state = group({ 'slow_start.duration_seconds': '100' });
  expect(add(state, '10.0.0.1', 5).slowStartedAt).toBe(0);
});

test.for(['least_outstanding_requests', 'weighted_random'])('does not ramp with the algorithm %s', (algorithm) => {
  const state = group({ 'slow_start.duration_seconds': '100', 'load_balancing.algorithm.type': algorithm });
  add(state, '10.0.0.1', 1);
  expect(add(state, '10.0.0.2', 5).slowStartedAt).toBe(0);
});

test('ramps anew when a target that was unhealthy is healthy again', () => {
  const state = group({ 'slow_start.duration_seconds': '100' });
  add(state, '10.0.0.1', 1);
  const two = add(state, '10.0.0.2', 5);
  expect(two.slowStartedAt).toBe(5);
  fail(state, two);
  expect(two.slowStartedAt).toBe(0);
  state.observe(two, OK, 60);
  state.observe(two, OK, 70);
  expect(two.slowStartedAt).toBe(70);
});
