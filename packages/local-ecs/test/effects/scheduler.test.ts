import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Subnet } from '@switchyard/blueprint';
import type { Task } from '../../src/core/state.ts';
import { Places } from '../../src/effects/places.ts';
import { Records } from '../../src/effects/records.ts';
import { Scheduler } from '../../src/effects/scheduler.ts';
import { blueprintOf } from '../blueprint.ts';
import type { ServiceSpec } from '../blueprint.ts';

/** What the scheduler starts and says, and when it plans again. Tasks are records only; the clock is the test's. */

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function stage(spec: Partial<ServiceSpec>, cidrBlock = '10.10.0.0/20', reserved: readonly string[] = []) {
  const plain = blueprintOf([{ name: 'web', ...spec }]);
  const blueprint = { ...plain, subnets: plain.subnets.map((subnet): Subnet => ({ ...subnet, cidrBlock })) };
  const said: string[] = [];
  const records = new Records({
    blueprint,
    assumedHealthyAfterMs: 0,
    now: Date.now,
    onEvent: (event) => void (event.kind === 'service' && said.push(event.message)),
  });
  const started: Task[] = [];
  let plans = 0;
  const scheduler = new Scheduler({
    blueprint,
    records,
    places: new Places(blueprint, 10, reserved),
    now: () => {
      plans += 1;
      return Date.now();
    },
    onEvent: () => {},
    startTask: (task) => {
      started.push(task);
      Object.assign(task, { lastStatus: 'RUNNING', startedAtMs: Date.now() });
      return { stop: () => {}, done: Promise.resolve() };
    },
  });
  const service = records.services.get('web');
  if (service === undefined) throw new Error('no service');
  const plan = async (): Promise<void> => {
    scheduler.touch('web');
    await vi.advanceTimersByTimeAsync(0);
  };
  const end = async (task: Task | undefined): Promise<void> => {
    if (task === undefined) throw new Error('no task');
    task.lastStatus = 'STOPPED';
    scheduler.taskMoved(task, true);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { service, started, said, plan, end, plans: () => plans };
}

const placeless = (said: readonly string[]): string[] => said.filter((message) => message.includes('unable to place'));

test('a lab has 256 tasks at once, and says of all the others in one event that it has no place', async () => {
  const { started, said, plan, end } = stage({ desiredCount: 5000 });
  await plan();
  expect(started).toHaveLength(256);
  const message = '(service web) was unable to place a task. Reason: This lab has room for 256 tasks at once.';
  expect(placeless(said)).toEqual([message]);
  await end(started[0]);
  expect(started).toHaveLength(257);
  expect(placeless(said)).toEqual([message]);
});

test('that there is no place is said again when there was one for every task in between', async () => {
  const { service, started, said, plan } = stage({ desiredCount: 12 }, '10.10.0.0/28');
  await plan();
  expect(started).toHaveLength(11);
  service.desiredCount = 11;
  await plan();
  service.desiredCount = 12;
  await plan();
  expect(placeless(said)).toHaveLength(2);
});

test('addresses are used again when a subnet has been through, however often tasks end', async () => {
  const { started, said, plan, end } = stage({}, '10.10.0.0/28');
  await plan();
  for (let count = 0; count < 30; count += 1) await end(started.at(-1));
  expect(started).toHaveLength(31);
  expect(placeless(said)).toEqual([]);
  expect(new Set(started.map(({ vpcAddress }) => vpcAddress)).size).toBe(11);
});

test('no task gets an address that something else has', async () => {
  const { started, plan } = stage({ desiredCount: 11 }, '10.10.0.0/28', ['10.10.0.8', '10.10.0.9']);
  await plan();
  const addresses = started.map(({ vpcAddress }) => vpcAddress);
  expect(addresses).toHaveLength(9);
  expect(addresses).not.toContain('10.10.0.8');
});

test('the longest grace period that AWS allows is waited for without planning meanwhile', async () => {
  const { started, plan, plans } = stage({
    loadBalanced: true,
    service: { healthCheckGracePeriodSeconds: 2_147_483_647 },
  });
  await plan();
  started[0]?.targets.set('web-tg', { state: 'unhealthy' });
  await plan();
  const before = plans();
  await vi.advanceTimersByTimeAsync(1000);
  expect(plans()).toBe(before);
});
