import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseSubnet, chooseTaskToStop } from '../../src/core/placement.ts';
import type { PlacedTask } from '../../src/core/placement.ts';

const subnets = ['a', 'b', 'c'].map((zone) => ({ name: `subnet-${zone}`, availabilityZone: zone }));

type Placed = PlacedTask & { readonly deploymentId: string };

function spreadOf(tasks: readonly Placed[]): number {
  const counts = subnets.map(({ availabilityZone }) => tasks.filter((task) => task.zone === availabilityZone).length);
  return Math.max(...counts) - Math.min(...counts);
}

function place(tasks: Placed[], id: number): void {
  const subnet = chooseSubnet(subnets, tasks, 'd');
  if (subnet === undefined) throw new Error('no subnet');
  tasks.push({
    id: String(id),
    zone: subnet.availabilityZone,
    subnet: subnet.name,
    createdAtMs: id,
    deploymentId: 'd',
  });
}

test('tasks are spread over the zones, however many come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('come', 'go'), { maxLength: 40 }), (moves) => {
      let tasks: Placed[] = [];
      for (const [index, move] of moves.entries()) {
        if (move === 'come') place(tasks, index);
        else {
          const gone = chooseTaskToStop(tasks, tasks);
          tasks = tasks.filter((task) => task !== gone);
        }
        expect(spreadOf(tasks)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('the first task goes to the first zone', () => {
  expect(chooseSubnet(subnets, [], 'd')?.name).toBe('subnet-a');
});

test('a deployment is spread for itself, whatever is left of the one before', () => {
  const task = (id: string, zone: string, deploymentId: string) => ({
    id,
    zone,
    subnet: `subnet-${zone}`,
    createdAtMs: 0,
    deploymentId,
  });
  const tasks = [task('1', 'b', 'old'), task('2', 'c', 'old'), task('3', 'a', 'new')];
  expect(chooseSubnet(subnets.slice(0, 2), tasks, 'new')?.availabilityZone).toBe('b');
});

test('within a zone the emptier subnet is chosen', () => {
  const two = [
    { name: 'one', availabilityZone: 'a' },
    { name: 'two', availabilityZone: 'a' },
  ];
  expect(chooseSubnet(two, [{ id: '1', zone: 'a', subnet: 'one', createdAtMs: 0, deploymentId: 'd' }], 'd')?.name).toBe(
    'two',
  );
});

test('without a subnet there is no place', () => {
  expect(chooseSubnet([], [], 'd')).toBeUndefined();
});
