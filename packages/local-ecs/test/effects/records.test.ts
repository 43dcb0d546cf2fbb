import { expect, test } from 'vitest';
import { Places } from '../../src/effects/places.ts';
import { Records } from '../../src/effects/records.ts';
import type { EcsEvent } from '../../src/index.ts';
import { blueprintOf } from '../blueprint.ts';

const blueprint = blueprintOf([{ name: 'web' }]);

function newRecords(onEvent: (event: EcsEvent) => void = () => {}): Records {
  return new Records({ blueprint, assumedHealthyAfterMs: 0, now: () => 0, onEvent });
}

test('a service keeps its last hundred events, the newest first, and tells each', () => {
  const told: EcsEvent[] = [];
  const records = newRecords((event) => told.push(event));
  for (let index = 1; index <= 101; index++) records.say('web', `event ${index}`);
  const messages = records.services.get('web')?.events.map(({ message }) => message);
  expect(messages).toHaveLength(100);
  expect([messages?.at(0), messages?.at(-1)]).toEqual(['event 101', 'event 2']);
  expect(told).toHaveLength(101);
});

test('the last hundred stopped tasks are kept, and all that are not stopped', () => {
  const records = newRecords();
  const service = records.services.get('web');
  const [deployment] = service?.deployments ?? [];
  if (service === undefined || deployment === undefined) throw new Error('no deployment');
  const places = new Places(blueprint, 10);
  const tasks = Array.from({ length: 103 }, (_, index) => {
    const task = places.newTask(service, deployment, [], index);
    if (typeof task === 'string') throw new Error(task);
    if (index > 1) task.lastStatus = 'STOPPED';
    records.tasks.set(task.id, task);
    return task;
  });
  records.forgetOldTasks();
  expect([...records.tasks.values()]).toEqual(tasks.filter((_, index) => index !== 2));
  expect(records.tasksOf('web')).toEqual(tasks.slice(0, 2));
});
