import { expect, test } from 'vitest';

import { Completeness } from '../src/completeness.ts';

test('tells what is missing until nothing is, and from then on nothing', () => {
  let troubles = ['api: the task at 10.0.0.2 is ACTIVATING'];
  const completeness = new Completeness(() => troubles, 0);
  expect(completeness.troubles(100)).toEqual(troubles);
  troubles = [];
  expect(completeness.troubles(200)).toEqual([]);
  troubles = ['api: no container'];
  expect(completeness.troubles(300)).toEqual([]);
});

test('waits for a service’s first container for 15 s, then takes it to be scaled to none', () => {
  const completeness = new Completeness(() => ['api: no container'], 1000);
  expect(completeness.troubles(15_999)).toEqual(['api: no container']);
  expect(completeness.troubles(16_000)).toEqual([]);
});

test('waits for a task that is not healthy for as long as it takes', () => {
  const completeness = new Completeness(() => ['api: no container', 'web: the task at 10.0.0.2 is RUNNING'], 0);
  expect(completeness.troubles(3_600_000)).toEqual(['web: the task at 10.0.0.2 is RUNNING']);
});
