import type { RolloutState } from './core/state.ts';
import type { TaskStatus } from './core/task-status.ts';

/** What happens in the cluster, as it happens. */
export type EcsEvent = TaskEvent | ServiceEvent | DeploymentEvent | LogEvent | TroubleEvent;

/** A task moved on. `exitCode`, `reason` and `lastLines` come with `STOPPED`. */
export interface TaskEvent {
  readonly kind: 'task';
  readonly service: string;
  readonly taskId: string;
  readonly address: string;
  readonly availabilityZone: string;
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  readonly reason?: string;
  /** Of the container whose end stopped the task. */
  readonly exitCode?: number;
  /** The task's last log lines, oldest first; 20 at most. */
  readonly lastLines?: readonly string[];
}

/** A service event in ECS's own words. */
export interface ServiceEvent {
  readonly kind: 'service';
  readonly service: string;
  readonly message: string;
}

export interface DeploymentEvent {
  readonly kind: 'deployment';
  readonly service: string;
  readonly deploymentId: string;
  readonly rolloutState: RolloutState;
  readonly reason: string;
}

export interface LogEvent {
  readonly kind: 'log';
  readonly service: string;
  readonly taskId: string;
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** A call to Cloud Map, Elastic Load Balancing or the task's proxy failed; the task goes on without its effect. */
export interface TroubleEvent {
  readonly kind: 'trouble';
  readonly service: string;
  readonly taskId: string;
  /** What was to be done to the task: `register`, `deregister`, `join`, … */
  readonly doing: string;
  readonly reason: string;
}
