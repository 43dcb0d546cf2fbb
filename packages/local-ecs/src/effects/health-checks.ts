import type { ContainerHealthCheck } from '@switchyard/blueprint';
import { initialContainerHealth, observeContainer } from '../core/container-health.ts';
import type { Task } from '../core/state.ts';
import { ecsDecisions } from '../core/decisions.ts';
import { combineHealth } from '../core/task-health.ts';
import type { HealthStatus } from '../core/task-health.ts';
import { timerMs } from '../core/timers.ts';
import type { RunningTask } from '../task-runner.ts';

/**
 * Runs the health checks of a task's containers until `stack` is disposed. `onStatus` hears the task's status when it changes.
 * Answers whether an essential container has a check.
 */
export function startHealthChecks(
  task: Task,
  running: RunningTask,
  stack: DisposableStack,
  now: () => number,
  onStatus: (status: Exclude<HealthStatus, 'UNKNOWN'>) => void,
): boolean {
  const essential = task.taskDefinition.containers.filter((container) => container.essential && container.healthCheck);
  let last: HealthStatus = 'UNKNOWN';
  const update = (): void => {
    const status = combineHealth(
      essential.map(({ name }) => task.containers.find((record) => record.name === name)?.health?.status ?? 'UNKNOWN'),
    );
    if (status === last) return;
    last = status;
    if (status !== 'UNKNOWN') onStatus(status);
  };
  for (const container of task.taskDefinition.containers) {
    const record = task.containers.find((each) => each.name === container.name);
    if (container.healthCheck === undefined || record === undefined) continue;
    record.health = initialContainerHealth(now());
    const probe = async (check: ContainerHealthCheck): Promise<boolean> =>
      await running.probe(container.name, check.command, check.timeoutSeconds * 1000);
    stack.use(
      repeatCheck(container.healthCheck, probe, now, (health) => {
        record.health = health;
        update();
      }),
    );
  }
  return essential.length > 0;
}

function repeatCheck(
  check: ContainerHealthCheck,
  probe: (check: ContainerHealthCheck) => Promise<boolean>,
  now: () => number,
  onHealth: (health: { status: HealthStatus; sinceMs: number }) => void,
): Disposable {
  const startPeriodEndsAtMs = now() + check.startPeriodSeconds * 1000;
  const intervalMs = timerMs(check.intervalSeconds * 1000);
  let health = initialContainerHealth(now());
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    const passed = await probe(check);
    if (stopped) return;
    health = observeContainer(health, { passed, atMs: now() }, { retries: check.retries, startPeriodEndsAtMs });
    onHealth(health);
    const soon = health.status === 'UNKNOWN' && now() < startPeriodEndsAtMs;
    timer = setTimeout(() => void run(), soon ? Math.min(ecsDecisions.startPeriodRetryMs, intervalMs) : intervalMs);
  };
  if (ecsDecisions.firstHealthCheckWaitsAnInterval) timer = setTimeout(() => void run(), intervalMs);
  else void run();
  return {
    [Symbol.dispose]() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
