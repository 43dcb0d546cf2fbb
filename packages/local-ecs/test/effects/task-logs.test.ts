import { expect, test } from 'vitest';
import { TaskLogs } from '../../src/effects/task-logs.ts';

test('keeps a task’s last 200 lines', () => {
  const logs = new TaskLogs();
  for (let line = 0; line < 250; line += 1) logs.add('one', String(line));
  expect(logs.of('one')).toHaveLength(200);
  expect(logs.of('one')[0]).toBe('50');
  expect(logs.of('other')).toEqual([]);
});

test('keeps 64 KiB of a task’s lines, and the last line whatever its length', () => {
  const logs = new TaskLogs();
  for (let line = 0; line < 20; line += 1) logs.add('one', 'x'.repeat(16_384));
  expect(logs.of('one')).toHaveLength(4);
  logs.add('one', 'y'.repeat(100_000));
  expect(logs.of('one').map((line) => line[0])).toEqual(['y']);
});

test('forgets the oldest of more than a hundred tasks', () => {
  const logs = new TaskLogs();
  for (let task = 0; task <= 100; task += 1) logs.add(String(task), 'line');
  expect(logs.of('0')).toEqual([]);
  expect(logs.of('1')).toEqual(['line']);
});
