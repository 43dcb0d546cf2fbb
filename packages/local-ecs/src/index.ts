export { startLocalEcs } from './start-local-ecs.ts';
export type { LocalEcs, LocalEcsOptions } from './start-local-ecs.ts';
export { LocalEcsError } from './errors.ts';
export type { LocalEcsErrorCode } from './errors.ts';
export type { DeploymentEvent, EcsEvent, LogEvent, ServiceEvent, TaskEvent, TroubleEvent } from './events.ts';
export type { Sidecar, SidecarEndpoint, SidecarNetwork, StartSidecar } from './sidecar.ts';
export type { ContainerExit, RunningTask, TaskRunner, TaskToRun } from './task-runner.ts';
export { assertLoopbackRange } from './effects/loopback.ts';
