import type { Blueprint } from '@switchyard/blueprint';
import { eventText } from '../core/event-text.ts';
import type { Deployment, ServiceState, Task } from '../core/state.ts';
import { endpointHosts, taskEnvironmentOf } from '../core/task-environment.ts';
import { isLeaving } from '../core/task-status.ts';
import type { TaskStatus } from '../core/task-status.ts';
import type { EcsEvent } from '../events.ts';
import type { StartSidecar } from '../sidecar.ts';
import type { ContainerExit, TaskRunner } from '../task-runner.ts';
import { drainTask } from './draining.ts';
import type { Records } from './records.ts';
import type { Registrations } from './registrations.ts';
import type { TargetWatch } from './target-watch.ts';
import { TaskLife } from './task-life.ts';
import type { TaskLogs } from './task-logs.ts';

/** With a task's end come its last lines. */
const LAST_LINES = 20;

export interface TaskStarterOptions {
  readonly blueprint: Blueprint;
  readonly addressOctet: number;
  readonly metadataUrl: string;
  readonly endpointUrl: () => URL;
  readonly runner: TaskRunner;
  readonly registrations: Registrations;
  readonly targetWatch: TargetWatch;
  readonly startSidecar: StartSidecar | undefined;
  readonly records: Records;
  readonly logs: TaskLogs;
  /** Aborted when everything ends: failing calls are then no trouble. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onEvent: (event: EcsEvent) => void;
  readonly touch: (service: string) => void;
  readonly taskMoved: (task: Task, wasLeaving: boolean) => void;
}

/** Gives what begins a task's life: it ties the life to the events, the logs, the load balancers and the scheduler. */
export function createTaskStarter(
  options: TaskStarterOptions,
): (task: Task, service: ServiceState, deployment: Deployment) => TaskLife {
  const { blueprint, records, logs, onEvent, signal } = options;
  const { region } = blueprint;

  const tellStatus = (task: Task, from: TaskStatus, exit?: ContainerExit): void => {
    const isStopped = task.lastStatus === 'STOPPED';
    onEvent({
      kind: 'task',
      service: task.service,
      taskId: task.id,
      address: task.address,
      availabilityZone: task.zone,
      from,
      to: task.lastStatus,
      ...(isStopped && task.stoppedReason !== undefined ? { reason: task.stoppedReason } : {}),
      ...(exit === undefined ? {} : { exitCode: exit.exitCode }),
      ...(isStopped ? { lastLines: logs.of(task.id).slice(-LAST_LINES) } : {}),
    });
    options.taskMoved(task, isLeaving(from));
  };

  return (task, service, deployment) =>
    new TaskLife(task, {
      service,
      deployment,
      addressOctet: options.addressOctet,
      runner: options.runner,
      registrations: options.registrations,
      ...(options.startSidecar === undefined ? {} : { startSidecar: options.startSidecar }),
      hosts: endpointHosts(options.endpointUrl().hostname, region),
      environmentOf: ({ runtimeId }) =>
        taskEnvironmentOf({
          metadataUrl: options.metadataUrl,
          runtimeId,
          region,
          endpointPort: options.endpointUrl().port || '80',
          launchType: task.instance === undefined ? 'FARGATE' : 'EC2',
        }),
      drained: async (each) => {
        const { loadBalancers, classicLoadBalancers = [] } = service.definition;
        if (loadBalancers.length + classicLoadBalancers.length === 0) return;
        records.say(each.service, eventText.draining(each.service, each.deploymentId, 1));
        await drainTask(each, service, blueprint, options.targetWatch);
      },
      now: options.now,
      onStatus: tellStatus,
      onHealth: (each) => options.touch(each.service),
      onTrouble: (each, doing, error) => {
        if (signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        onEvent({ kind: 'trouble', service: each.service, taskId: each.id, doing, reason });
      },
      onLog: (each, container, stream, line) => {
        logs.add(each.id, line);
        onEvent({ kind: 'log', service: each.service, taskId: each.id, container, stream, line });
      },
    });
}
