/**
 * How this package decides what AWS leaves undocumented, and where it is quicker than AWS so that nobody waits for nothing. Each
 * name is one decision; the code that obeys it refers to it, and the fidelity table lists it.
 */
export const ecsDecisions = {
  /** `StopTask` deregisters the task and sends SIGTERM without waiting for its targets to drain; the scheduler's own stops wait. */
  stopTaskWaitsForDrain: false,
  /** `AWS_INSTANCE_PORT` is registered for SRV records only: so the capture, against the tutorial. */
  registryPortNeedsSrv: true,
  /** `AWS_INIT_HEALTH_STATUS` is sent for a task with a container health check only; Cloud Map's own default is HEALTHY. */
  initHealthNeedsContainerCheck: true,
  /** A container's first health check runs at once (Docker: after one interval), so that a task is healthy as soon as it is. */
  firstHealthCheckWaitsAnInterval: false,
  /** A failed check within the start period is repeated this soon, if the interval is longer. */
  startPeriodRetryMs: 500,
  /** A task with no check at all counts as healthy after this time (AWS: 40 s). */
  assumedHealthyAfterMs: 1000,
  /** A task counts as RUNNING when its ports listen (AWS: when its containers run), or after this time. */
  listenTimeoutMs: 5000,
  /** Starts after repeated failures wait at least and at most so long (AWS: up to 27 minutes). */
  launchDelayMinMs: 250,
  launchDelayMaxMs: 5000,
  /** Scaling in stops the youngest task of the fullest zone. */
  scaleInStopsYoungest: true,
  /** Instances have room for every task: only ports and constraints decide where one goes. */
  instancesAreNeverFull: true,
  /** There are as many instances as desired, from the start; a capacity provider starts no further ones, and says what ECS says without one. */
  instancesAreScaled: false,
} as const;
