import type { StopCode, Task } from './state.ts';

/** What is written into a task's record as its containers start and end. */

/** How a container ended. */
export interface ExitRecord {
  readonly container: string;
  readonly exitCode: number;
  readonly reason?: string;
}

export function noteStarted(task: Task, nowMs: number): void {
  for (const container of task.containers) {
    container.lastStatus = 'RUNNING';
    container.startedAtMs = nowMs;
  }
}

export function noteStopping(task: Task, code: StopCode, reason: string, nowMs: number): void {
  task.desiredStatus = 'STOPPED';
  task.stoppingAtMs = nowMs;
  task.stopCode = code;
  task.stoppedReason = reason;
}

export function noteExits(task: Task, exits: readonly ExitRecord[], nowMs: number): void {
  for (const { container: name, exitCode, reason } of exits) {
    const container = task.containers.find((each) => each.name === name);
    if (container === undefined) continue;
    Object.assign(container, { lastStatus: 'STOPPED', exitCode, finishedAtMs: nowMs });
    if (reason !== undefined) container.reason = reason;
  }
}
