/** The life of a task. Source: ECS developer guide, "Amazon ECS task lifecycle". */
export const TASK_STATUSES = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

/** A task only ever moves on: it may skip statuses (a task that never ran is not deactivated) but not return. */
export function isLaterStatus(from: TaskStatus, to: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(to) > TASK_STATUSES.indexOf(from);
}

/** Whether the task is on its way out: it no longer counts for its service. */
export function isLeaving(status: TaskStatus): boolean {
  return isLaterStatus('RUNNING', status);
}
