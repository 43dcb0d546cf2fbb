import { isStuck } from '../core/rollout.ts';
import type { ServiceState } from '../core/state.ts';
import { LocalEcsError } from '../errors.ts';
import { failureOf } from './failure-report.ts';
import type { Records } from './records.ts';
import type { Scheduler } from './scheduler.ts';
import type { TaskLogs } from './task-logs.ts';

export interface SettlingOptions {
  readonly records: Records;
  readonly logs: TaskLogs;
  readonly scheduler: Scheduler;
  readonly isStopped: () => boolean;
}

/** Has every service planned; resolves when all are settled. Rejects with LOCAL_ECS_SERVICE_FAILED or LOCAL_ECS_STOPPED. */
export async function settleServices({ records, logs, scheduler, isStopped }: SettlingOptions): Promise<void> {
  const services = [...records.services.values()];
  // Steady, or as far as it gets: for what is missing there is no place, as an event says.
  const isSettled = (service: ServiceState): boolean =>
    service.steady || (service.unplaced !== undefined && records.areTasksHealthy(service));
  for (const name of records.services.keys()) scheduler.touch(name);
  await scheduler.until(() => isStopped() || services.every(isSettled) || services.some(isStuck));
  const stuck = services.filter(isStuck);
  if (stuck.length > 0) throw failureOf(stuck, records, logs);
  if (!services.every(isSettled)) {
    throw new LocalEcsError('LOCAL_ECS_STOPPED', 'The local ECS was stopped before its services were steady.');
  }
}
