import { expect, test } from 'vitest';
import { isForgotten, leftBehind } from '../../src/core/registered.ts';

const task = { id: 'one', targets: [{ targetGroup: 'web', target: '10.0.0.2:3000' }], instances: 2 };
const listed = {
  targets: new Map([['web', ['10.0.0.2:3000', '10.0.0.9:3000']]]),
  instances: new Map([
    ['one', ['srv-dns', 'srv-connect']],
    ['old', ['srv-dns']],
  ]),
};

test('a task that is wherever it should be is not forgotten', () => {
  expect(isForgotten(task, listed)).toBe(false);
});

test('a task that its target group or one of its Cloud Map services does not list is forgotten', () => {
  expect(isForgotten(task, { ...listed, targets: new Map() })).toBe(true);
  expect(isForgotten(task, { ...listed, instances: new Map([['one', ['srv-dns']]]) })).toBe(true);
});

test('what belongs to no task is left behind', () => {
  expect(leftBehind(listed, [task])).toEqual({
    targets: new Map([['web', ['10.0.0.9:3000']]]),
    instances: new Map([['old', ['srv-dns']]]),
  });
});
