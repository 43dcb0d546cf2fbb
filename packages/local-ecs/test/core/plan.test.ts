import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { taskLimits } from '../../src/core/deployment-limits.ts';
import { planService } from '../../src/core/plan.ts';
import type { Plan, ServiceView, TaskView } from '../../src/core/plan.ts';
import type { TaskHealth } from '../../src/core/task-health.ts';

const HEALTHY: TaskHealth = { state: 'healthy' };
const PENDING: TaskHealth = { state: 'pending' };
const UNHEALTHY: TaskHealth = { state: 'unhealthy', cause: 'container' };

let count = 0;
function task(deploymentId: string, health: TaskHealth): TaskView {
  count += 1;
  return {
    id: `task-${count}`,
    zone: count % 2 === 0 ? 'a' : 'b',
    subnet: 's',
    createdAtMs: count,
    deploymentId,
    health,
  };
}

function service(changes: Partial<ServiceView> = {}): ServiceView {
  return {
    desiredCount: 2,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    primary: { id: 'new', rolloutState: 'IN_PROGRESS', failures: 0, lastFailureAtMs: 0 },
    tasks: [],
    ...changes,
  };
}

function startsIn({ actions }: Plan): number {
  return actions.reduce((sum, action) => sum + (action.kind === 'start' ? action.count : 0), 0);
}

function stopsIn({ actions }: Plan): string[] {
  return actions.flatMap((action) => (action.kind === 'stop' ? [action.taskId] : []));
}

test('an empty service starts all its tasks', () => {
  expect(planService(service(), 0)).toEqual({ actions: [{ kind: 'start', count: 2 }], steady: false });
});

test('a service with what it desires is steady', () => {
  const tasks = [task('new', HEALTHY), task('new', HEALTHY)];
  expect(planService(service({ tasks }), 0)).toEqual({ actions: [], steady: true });
});

test('a deployment starts new tasks first and stops old ones as new ones become healthy', () => {
  const old = [task('old', HEALTHY), task('old', HEALTHY)];
  expect(planService(service({ tasks: old }), 0).actions).toEqual([{ kind: 'start', count: 2 }]);
  const half = planService(service({ tasks: [...old, task('new', HEALTHY), task('new', PENDING)] }), 0);
  expect(stopsIn(half)).toEqual([old[0]?.id]);
});

test('without room above the desired count old tasks leave first, down to the minimum', () => {
  const old = [task('old', HEALTHY), task('old', HEALTHY)];
  const plan = planService(service({ tasks: old, minimumHealthyPercent: 50, maximumPercent: 100 }), 0);
  expect(plan.actions).toEqual([{ kind: 'stop', taskId: old[0]?.id, because: 'replaced-by-deployment' }]);
});

test('an unhealthy task is replaced before it is stopped', () => {
  const sick = task('new', UNHEALTHY);
  const well = task('new', HEALTHY);
  const first = planService(service({ tasks: [sick, well] }), 0);
  expect(first.actions).toEqual([{ kind: 'start', count: 1 }]);
  const second = planService(service({ tasks: [sick, well, task('new', HEALTHY)] }), 0);
  expect(second.actions).toEqual([{ kind: 'stop', taskId: sick.id, because: 'unhealthy' }]);
});

test('an unhealthy task is stopped first when there is no room for its replacement', () => {
  const sick = task('new', UNHEALTHY);
  const plan = planService(service({ tasks: [sick, task('new', HEALTHY)], maximumPercent: 100 }), 0);
  expect(plan.actions).toEqual([{ kind: 'stop', taskId: sick.id, because: 'unhealthy' }]);
});

test('scaling in stops tasks that are not healthy first', () => {
  const pending = task('new', PENDING);
  const plan = planService(service({ desiredCount: 1, tasks: [task('new', HEALTHY), pending] }), 0);
  expect(plan.actions).toEqual([{ kind: 'stop', taskId: pending.id, because: 'scaled-in' }]);
});

test('a failed deployment starts nothing and leaves what is there', () => {
  const primary = { id: 'new', rolloutState: 'FAILED' as const, failures: 3, lastFailureAtMs: 0 };
  expect(planService(service({ primary, tasks: [task('old', HEALTHY)] }), 9999).actions).toEqual([]);
});

test('after repeated failures the next start waits, and says until when', () => {
  const primary = { id: 'new', rolloutState: 'IN_PROGRESS' as const, failures: 2, lastFailureAtMs: 1000 };
  expect(planService(service({ primary }), 1000)).toEqual({ actions: [], steady: false, againAtMs: 1250 });
  expect(startsIn(planService(service({ primary }), 1250))).toBe(2);
});

const health = fc.constantFrom(HEALTHY, PENDING, UNHEALTHY);
const someTasks = fc.array(fc.record({ deploymentId: fc.constantFrom('old', 'new'), health }), { maxLength: 12 });
const someService = fc.record({
  desiredCount: fc.integer({ min: 0, max: 6 }),
  minimumHealthyPercent: fc.constantFrom(0, 50, 100),
  maximumPercent: fc.constantFrom(100, 150, 200),
  tasks: someTasks,
});

test('no plan starts more than the maximum, nor takes healthy tasks below the minimum', () => {
  fc.assert(
    fc.property(someService, ({ tasks, ...rest }) => {
      const view = service({ ...rest, tasks: tasks.map((each) => task(each.deploymentId, each.health)) });
      const plan = planService(view, 0);
      const { lower, upper } = taskLimits(view.desiredCount, view);
      const stops = stopsIn(plan);
      expect(new Set(stops).size).toBe(stops.length);
      expect(startsIn(plan)).toBeLessThanOrEqual(Math.max(0, upper - view.tasks.length));
      const healthy = view.tasks.filter((each) => each.health.state === 'healthy');
      const left = healthy.filter((each) => !stops.includes(each.id)).length;
      expect(left).toBeGreaterThanOrEqual(Math.min(healthy.length, lower));
    }),
  );
});

test('whatever a service has, it becomes steady when every new task becomes healthy', () => {
  const feasible = someService.filter(
    ({ desiredCount, ...percent }) =>
      taskLimits(desiredCount, percent).upper > desiredCount ||
      taskLimits(desiredCount, percent).lower < desiredCount ||
      desiredCount === 0,
  );
  fc.assert(
    fc.property(feasible, ({ tasks, ...rest }) => {
      let view = service({ ...rest, tasks: tasks.map((each) => task(each.deploymentId, each.health)) });
      let plan = planService(view, 0);
      for (let round = 0; round < 40 && !plan.steady; round += 1) {
        const stops = stopsIn(plan);
        const stay = view.tasks.filter((each) => !stops.includes(each.id));
        const settled = stay.map((each) => (each.health.state === 'pending' ? { ...each, health: HEALTHY } : each));
        const started = Array.from({ length: startsIn(plan) }, () => task('new', PENDING));
        view = { ...view, tasks: [...settled, ...started] };
        plan = planService(view, 0);
      }
      expect(plan).toEqual({ actions: [], steady: true });
    }),
  );
});
