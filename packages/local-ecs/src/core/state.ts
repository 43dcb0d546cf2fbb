import type { Service, TaskDefinition } from '@switchyard/blueprint';
import type { PlacedTask } from './target-refs.ts';
import type { HealthStatus } from './task-health.ts';
import type { TaskStatus } from './task-status.ts';

/** The cluster's records: what the scheduler changes and the ECS API and the metadata endpoint show. Times are epoch milliseconds. */
export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export interface ServiceState {
  readonly definition: Service;
  desiredCount: number;
  /** The primary first. */
  deployments: Deployment[];
  /** Newest first, 100 at most, as ECS keeps them. */
  readonly events: ServiceEventRecord[];
  readonly createdAtMs: number;
  /** Everything desired is there and healthy, and nothing else. */
  steady: boolean;
  /** Why a task that is missing found no place when one was last looked for, as the event says it. */
  unplaced?: string | undefined;
  /** What a rollback goes back to. */
  lastCompleted?: TaskDefinition;
}

export interface ServiceEventRecord {
  readonly id: string;
  readonly createdAtMs: number;
  readonly message: string;
}

export interface Deployment {
  /** `ecs-svc/<19 digits>`. */
  readonly id: string;
  readonly taskDefinition: TaskDefinition;
  readonly createdAtMs: number;
  /** Service Connect endpoints that its tasks know, for as long as they live. */
  readonly serviceConnectEndpoints: readonly EndpointName[];
  updatedAtMs: number;
  rolloutState: RolloutState;
  rolloutStateReason: string;
  /** Failed tasks in all, and those since one was healthy. */
  failedTasks: number;
  failuresInARow: number;
  lastFailureAtMs: number;
  /** It failed to start tasks often enough to say so. */
  impaired: boolean;
}

/** A Service Connect endpoint as a client knows it. */
export interface EndpointName {
  readonly namespace: string;
  readonly discoveryName: string;
  readonly dnsName: string;
  readonly port: number;
  readonly appProtocol: 'http' | 'http2' | 'grpc' | 'tcp';
  readonly timeout?: { readonly idleTimeoutSeconds?: number; readonly perRequestTimeoutSeconds?: number };
}

export interface Task extends PlacedTask {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly arn: string;
  /** Counts from 0; decides the addresses of its Service Connect proxy. */
  readonly index: number;
  readonly service: string;
  readonly cluster: string;
  readonly deploymentId: string;
  readonly taskDefinition: TaskDefinition;
  readonly subnet: string;
  readonly zone: string;
  /** Where it listens on this machine, and the address in the VPC that this stands for. */
  readonly address: string;
  readonly vpcAddress: string;
  readonly createdAtMs: number;
  readonly containers: ContainerRecord[];
  /** What the engine that started its container calls that, where something else than this starts them. */
  engineName?: string;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  startedAtMs?: number;
  stoppingAtMs?: number;
  stoppedAtMs?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  /** By target group: as DescribeTargetHealth reports it. */
  readonly targets: Map<string, { readonly state: string; readonly description?: string }>;
  /** Whether it was healthy once. */
  wasHealthy: boolean;
}

export type StopCode = 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated' | 'TaskFailedToStart';

export interface ContainerRecord {
  readonly name: string;
  /** `<task id>-<10 digits>`. */
  readonly runtimeId: string;
  readonly arn: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  startedAtMs?: number;
  finishedAtMs?: number;
  health?: { readonly status: HealthStatus; readonly sinceMs: number };
  processId?: number;
  exitCode?: number;
  reason?: string;
}
