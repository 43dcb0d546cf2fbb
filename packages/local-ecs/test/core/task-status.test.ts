import { expect, test } from 'vitest';
import { TASK_STATUSES, isLaterStatus, isLeaving } from '../../src/core/task-status.ts';

test('a task leaves once it is deactivated', () => {
  expect(TASK_STATUSES.filter(isLeaving)).toEqual(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
});

test('no status is later than itself', () => {
  for (const status of TASK_STATUSES) expect(isLaterStatus(status, status)).toBe(false);
});
