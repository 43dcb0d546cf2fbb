import type { ForwardAction } from '@switchyard/blueprint';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseTargetGroup } from '../../src/core/choose-target-group.ts';

const DRAWS = 1000;

function weighted(...weights: readonly number[]): ForwardAction {
  return { type: 'forward', targetGroups: weights.map((weight, at) => ({ targetGroup: `group-${at}`, weight })) };
}

/** How often each group is chosen when chance takes every one of `DRAWS` equal parts of [0, 1) once. */
function shares(action: ForwardAction): number[] {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const name = chooseTargetGroup(action, undefined, () => draw / DRAWS);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return action.targetGroups.map(({ targetGroup }) => counts.get(targetGroup) ?? 0);
}

test('gives every target group its share by weight', () => {
  expect(shares(weighted(1, 3))).toEqual([250, 750]);
  expect(shares(weighted(0, 999, 1, 0, 0))).toEqual([0, 999, 1, 0, 0]);
  expect(shares(weighted(5))).toEqual([DRAWS]);
});

test('gives every target group its share by weight, whatever the weights', () => {
  const weights = fc
    .array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 })
    .filter((list) => list.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, (list) => {
      const total = list.reduce((sum, weight) => sum + weight, 0);
      for (const [at, count] of shares(weighted(...list)).entries()) {
        expect(Math.abs(count - (DRAWS * list[at]!) / total)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('keeps to the group of a valid cookie while the rule has it, whatever its weight', () => {
  expect(chooseTargetGroup(weighted(1, 0), 'group-1', () => 0)).toBe('group-1');
  expect(chooseTargetGroup(weighted(1, 0), 'group-9', () => 0)).toBe('group-0');
});

test('takes the first target group when all weights are 0', () => {
  expect(shares(weighted(0, 0))).toEqual([DRAWS, 0]);
});
