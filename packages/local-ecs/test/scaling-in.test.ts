import { expect, test } from 'vitest';
import { chooseTaskToStop } from '../src/core/placement.ts';
import { blueprintOf } from './blueprint.ts';
import { isTask, startTestLab } from './lab.ts';

/** Which task leaves when there are too many, and in which order it is taken out of everything. */

test('the task that leaves is the youngest of the zone with the most tasks', () => {
  const task = (id: string, zone: string, createdAtMs: number) => ({ id, zone, subnet: zone, createdAtMs });
  const tasks = [task('1', 'a', 1), task('2', 'b', 9), task('3', 'a', 3), task('4', 'a', 2)];
  expect(chooseTaskToStop(tasks, tasks)?.id).toBe('3');
  expect(chooseTaskToStop(tasks.slice(0, 2), tasks.slice(0, 2))?.id).toBe('2');
});

test('a task that leaves is out of Cloud Map, Service Connect and its target group before its SIGTERM', async () => {
  const spec = { name: 'web', desiredCount: 2, loadBalanced: true, records: 'A', connect: true } as const;
  await using lab = await startTestLab(blueprintOf([spec]));
  await lab.ecs.run();
  const registered = ['srv-web', 'srv-sc-web'] as const;
  await lab.until(() => registered.every((id) => lab.aws.instancesOf(id).length === 2));
  const stopping = lab.event(isTask((event) => event.to === 'STOPPING'));
  await lab.scale('web', 1);
  const { taskId, address } = await stopping;
  for (const id of registered) expect(lab.aws.instances.get(id)?.has(taskId)).toBe(false);
  expect(lab.aws.targetsIn('healthy')).not.toContain(`${address}:3000`);
  const stopped = await lab.event(isTask((event) => event.taskId === taskId && event.to === 'STOPPED'));
  expect(stopped.lastLines).toContain('stopping');
});
