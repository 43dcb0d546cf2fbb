import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ContainerHealthCheck } from '@switchyard/blueprint';
import { startHealthChecks } from '../../src/effects/health-checks.ts';
import { newServiceState, Places } from '../../src/effects/places.ts';
import type { RunningTask } from '../../src/task-runner.ts';
import { blueprintOf } from '../blueprint.ts';

/** When a container's health checks run; the clock is the test's. */

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Starts the checks of a container whose n-th check has the n-th result, the last one from then on. */
function start(check: Partial<ContainerHealthCheck>, results: readonly boolean[]) {
  const healthCheck = {
    command: ['CMD', 'x'],
    intervalSeconds: 30,
    timeoutSeconds: 5,
    retries: 3,
    startPeriodSeconds: 0,
  };
  const blueprint = blueprintOf([{ name: 'web', container: { healthCheck: { ...healthCheck, ...check } } }]);
  const [definition] = blueprint.services;
  if (definition === undefined) throw new Error('no service');
  const service = newServiceState(blueprint, definition, 0);
  const [deployment] = service.deployments;
  if (deployment === undefined) throw new Error('no deployment');
  const task = new Places(blueprint, 10).newTask(service, deployment, [], 0);
  if (typeof task === 'string') throw new Error(task);
  const checkedAtMs: number[] = [];
  const running: RunningTask = {
    processIds: {},
    listening: Promise.resolve(),
    exited: Promise.withResolvers<never>().promise,
    stop: async () => await Promise.resolve([]),
    probe: async () => {
      checkedAtMs.push(Date.now());
      return await Promise.resolve(results[checkedAtMs.length - 1] ?? results.at(-1) ?? true);
    },
  };
  const statuses: string[] = [];
  const stack = new DisposableStack();
  startHealthChecks(task, running, stack, Date.now, (status) => statuses.push(status));
  return { checkedAtMs, statuses, stop: () => stack.dispose() };
}

test('a container is checked at once, then at every interval', async () => {
  const { checkedAtMs, statuses, stop } = start({}, [true]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(checkedAtMs).toEqual([0, 30_000, 60_000]);
  expect(statuses).toEqual(['HEALTHY']);
  stop();
});

test('a check that fails in the start period is repeated after half a second', async () => {
  const { checkedAtMs, statuses, stop } = start({ startPeriodSeconds: 10 }, [false, false, true]);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(checkedAtMs).toEqual([0, 500, 1000, 31_000]);
  expect(statuses).toEqual(['HEALTHY']);
  stop();
});

test('a check that fails in the start period is repeated after the interval where that is shorter', async () => {
  const { checkedAtMs, stop } = start({ intervalSeconds: 0.2, startPeriodSeconds: 10 }, [false, true]);
  await vi.advanceTimersByTimeAsync(300);
  expect(checkedAtMs).toEqual([0, 200]);
  stop();
});

test('after the start period failures count, an interval apart', async () => {
  const { checkedAtMs, statuses, stop } = start({ startPeriodSeconds: 1 }, [false]);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(checkedAtMs).toEqual([0, 500, 1000, 31_000, 61_000]);
  expect(statuses).toEqual(['UNHEALTHY']);
  stop();
});

test('nothing is checked any more once the checks are stopped', async () => {
  const { checkedAtMs, stop } = start({}, [true]);
  await vi.advanceTimersByTimeAsync(30_000);
  stop();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(checkedAtMs).toEqual([0, 30_000]);
});
