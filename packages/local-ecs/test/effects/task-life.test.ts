import { expect, test } from 'vitest';
import type { Task } from '../../src/core/state.ts';
import { Places, newServiceState } from '../../src/effects/places.ts';
import { TaskLife } from '../../src/effects/task-life.ts';
import type { TaskLifeContext } from '../../src/effects/task-life.ts';
import type { ContainerExit, RunningTask } from '../../src/task-runner.ts';
import { blueprintOf } from '../blueprint.ts';

const exit: ContainerExit = { container: 'web', exitCode: 0 };

interface Stage {
  readonly task: Task;
  readonly life: TaskLife;
  readonly log: string[];
  readonly listens: () => void;
  readonly ends: () => void;
}

/** A task of a runner that does nothing by itself; `log` has the order of everything. */
function stage(changes: (log: string[]) => Partial<TaskLifeContext> = () => ({})): Stage {
  const blueprint = blueprintOf([{ name: 'web', connect: true }]);
  const [definition] = blueprint.services;
  if (definition === undefined) throw new Error('no service');
  const service = newServiceState(blueprint, definition, 0);
  const [deployment] = service.deployments;
  if (deployment === undefined) throw new Error('no deployment');
  const task = new Places(blueprint, 10).newTask(service, deployment, [], 0);
  if (typeof task === 'string') throw new Error(task);
  const log: string[] = [];
  const listening = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<ContainerExit>();
  const note = (what: string) => async (): Promise<void> => {
    log.push(what);
    await Promise.resolve();
  };
  const running: RunningTask = {
    processIds: {},
    listening: listening.promise,
    exited: exited.promise,
    stop: async (timeoutMsMax) => {
      log.push(timeoutMsMax === undefined ? 'SIGTERM' : `SIGTERM, ${timeoutMsMax} ms`);
      exited.resolve(exit);
      return await Promise.resolve([exit]);
    },
    probe: async () => await Promise.resolve(true),
  };
  const life = new TaskLife(task, {
    service,
    deployment,
    addressOctet: 10,
    runner: { start: async () => await Promise.resolve(running) },
    registrations: {
      register: note('register'),
      joinServiceConnect: note('join'),
      deregister: note('deregister'),
      reportHealth: note('report'),
    },
    hosts: {},
    environmentOf: () => ({}),
    drained: note('drained'),
    now: () => 0,
    onStatus: (each) => log.push(each.lastStatus),
    onHealth: () => {},
    onTrouble: (_, doing) => log.push(`trouble: ${doing}`),
    onLog: () => {},
    ...changes(log),
  });
  return { task, life, log, listens: () => listening.resolve(), ends: () => exited.resolve(exit) };
}

const scaleIn = { code: 'ServiceSchedulerInitiated' as const, reason: 'Scaling', drain: true };

async function reach(log: readonly string[], what: string): Promise<void> {
  while (!log.includes(what)) await new Promise((resolve) => setImmediate(resolve));
}

test('a service’s stop deregisters, waits for the drain, then sends SIGTERM', async () => {
  const { life, log, listens } = stage();
  listens();
  await reach(log, 'RUNNING');
  life.stop(scaleIn);
  await life.done;
  expect(log).toEqual([
    'PENDING',
    'ACTIVATING',
    'register',
    'join',
    'RUNNING',
    'DEACTIVATING',
    'deregister',
    'drained',
    'STOPPING',
    'SIGTERM',
    'DEPROVISIONING',
    'STOPPED',
  ]);
});

test('a task that ends by itself is deregistered without a drain', async () => {
  const { task, life, log, listens, ends } = stage();
  listens();
  await reach(log, 'RUNNING');
  ends();
  await life.done;
  expect(log).not.toContain('DEACTIVATING');
  expect(log).toContain('deregister');
  expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] });
});

test('what is still joining Service Connect is not forgotten there', async () => {
  const joined = Promise.withResolvers<void>();
  const { life, log, listens } = stage((order) => ({
    registrations: {
      register: async () => await Promise.resolve(),
      joinServiceConnect: async () => {
        await joined.promise;
        order.push('joined');
      },
      deregister: async () => {
        order.push('deregister');
        await Promise.resolve();
      },
      reportHealth: async () => await Promise.resolve(),
    },
  }));
  listens();
  await reach(log, 'RUNNING');
  life.stop(scaleIn);
  await reach(log, 'DEACTIVATING');
  expect(log).not.toContain('deregister');
  joined.resolve();
  await life.done;
  expect(log.indexOf('joined')).toBeLessThan(log.indexOf('deregister'));
});

test('a hurried stop waits neither for the drain nor for the registration’s end', async () => {
  const never = Promise.withResolvers<void>();
  const { life, log, listens } = stage(() => ({ drained: async () => await never.promise }));
  listens();
  await reach(log, 'RUNNING');
  life.stop(scaleIn);
  await reach(log, 'deregister');
  life.stop({ ...scaleIn, timeoutMsMax: 5 });
  await life.done;
  expect(log).toContain('SIGTERM, 5 ms');
});

test('a task stopped before it listens was never registered', async () => {
  const { life, log } = stage();
  await reach(log, 'PENDING');
  life.stop(scaleIn);
  await life.done;
  expect(log).toEqual(['PENDING', 'STOPPING', 'SIGTERM', 'deregister', 'DEPROVISIONING', 'STOPPED']);
});

test('a runner that cannot start the task fails it with its reason', async () => {
  const { task, life, log } = stage(() => ({
    runner: { start: async () => await Promise.reject(new Error('No such image.')) },
  }));
  await life.done;
  expect(log).toEqual(['PENDING', 'DEPROVISIONING', 'STOPPED']);
  expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', stoppedReason: 'No such image.' });
});
