import { expect, test } from 'vitest';
import { combineHealth, taskHealthOf } from '../../src/core/task-health.ts';
import type { TaskHealthFacts } from '../../src/core/task-health.ts';

const facts: TaskHealthFacts = { startedAtMs: 1000, targets: [], gracePeriodMs: 0, assumedHealthyAfterMs: 500 };
const target = (state: string | undefined) => ({ targetGroup: 'web', state });

test('a task that does not run yet is pending', () => {
  const { startedAtMs: _, ...starting } = facts;
  expect(taskHealthOf({ ...starting, targets: [target('healthy')] }, 9999)).toEqual({ state: 'pending' });
});

test('a task without checks is healthy after a while', () => {
  expect(taskHealthOf(facts, 1499)).toEqual({ state: 'pending', againAtMs: 1500 });
  expect(taskHealthOf(facts, 1500)).toEqual({ state: 'healthy' });
});

test('a task with a target is healthy when its target is', () => {
  expect(taskHealthOf({ ...facts, targets: [target('initial')] }, 2000)).toEqual({ state: 'pending' });
  expect(taskHealthOf({ ...facts, targets: [target(undefined)] }, 2000)).toEqual({ state: 'pending' });
  expect(taskHealthOf({ ...facts, targets: [target('healthy')] }, 2000)).toEqual({ state: 'healthy' });
});

test('a task with several targets needs them all', () => {
  const targets = [target('healthy'), target('initial')];
  expect(taskHealthOf({ ...facts, targets }, 2000)).toEqual({ state: 'pending' });
});

test('a task with a target and a container check needs both', () => {
  const both = { ...facts, targets: [target('healthy')] };
  expect(taskHealthOf({ ...both, containers: 'UNKNOWN' }, 2000)).toEqual({ state: 'pending' });
  expect(taskHealthOf({ ...both, containers: 'HEALTHY' }, 2000)).toEqual({ state: 'healthy' });
  expect(taskHealthOf({ ...both, containers: 'UNHEALTHY' }, 2000)).toEqual({ state: 'unhealthy', cause: 'container' });
});

test('a failing target is the cause, with its description', () => {
  const failing = { ...target('unhealthy'), description: 'Request timed out' };
  expect(taskHealthOf({ ...facts, targets: [failing] }, 2000)).toEqual({
    state: 'unhealthy',
    cause: 'target',
    target: failing,
  });
});

test('failures within the grace period do not count', () => {
  const failing = { ...facts, targets: [target('unhealthy')], gracePeriodMs: 3000 };
  expect(taskHealthOf(failing, 3999)).toEqual({ state: 'pending', againAtMs: 4000 });
  expect(taskHealthOf(failing, 4000).state).toBe('unhealthy');
});

test('any unhealthy container decides, then any unknown one', () => {
  expect(combineHealth(['HEALTHY', 'UNKNOWN', 'UNHEALTHY'])).toBe('UNHEALTHY');
  expect(combineHealth(['HEALTHY', 'UNKNOWN'])).toBe('UNKNOWN');
  expect(combineHealth(['HEALTHY', 'HEALTHY'])).toBe('HEALTHY');
  expect(combineHealth([])).toBe('UNKNOWN');
});
