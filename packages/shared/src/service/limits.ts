/** Every limit of a service, in one value. Times in milliseconds, sizes in bytes. */
export interface ServiceLimits {
  /** How long an idle connection is kept: longer than the load balancer keeps it, else it answers 502 now and then. */
  readonly keepAliveTimeoutMs: number;
  /** How long a client may take to send the request head, and the whole request. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** How often those two are looked at; Node's own 30 s would make them meaningless. */
  readonly timeoutCheckMs: number;
  /** How long a route may take to answer. */
  readonly handlerTimeoutMs: number;
  /** How long this service waits for the answer of another one; below `handlerTimeoutMs`, and shrinking downstream. */
  readonly peerTimeoutMs: number;
  readonly peerConnectTimeoutMs: number;
  /** How long a round of connectivity probes may take. */
  readonly probesTimeoutMs: number;
  /** How long a stopping service must have been quiet before it stops listening, and how long it waits for that at most. */
  readonly drainQuietMs: number;
  readonly drainMaxMs: number;
  /** From SIGTERM to giving up; below ECS's stop timeout. */
  readonly graceMs: number;
  readonly headerBytesMax: number;
  readonly bodyBytesMax: number;
  readonly connectionsMax: number;
}

export interface LimitsInput {
  readonly albIdleTimeoutSeconds: number;
  readonly stopTimeoutSeconds: number;
  /** How many services still stand behind this one in a chain of calls: frontend 2, api 1, worker 0. */
  readonly depth: number;
}

const HANDLER_BASE_MS = 2000;
const HANDLER_STEP_MS = 2000;
const ALB_HEADER_BYTES_MAX = 64 * 1024;

/**
 * The limits that nest: every call downstream has less time than the one it serves; handlers end within the drain's rest of the
 * grace; the grace ends before ECS kills the task.
 */
export function serviceLimits({ albIdleTimeoutSeconds, stopTimeoutSeconds, depth }: LimitsInput): ServiceLimits {
  const graceMs = Math.max(1000, stopTimeoutSeconds * 1000 - Math.min(5000, stopTimeoutSeconds * 200));
  const handlerTimeoutMs = Math.min(HANDLER_BASE_MS + HANDLER_STEP_MS * Math.max(0, depth), Math.floor(graceMs / 2));
  const peerTimeoutMs = Math.floor(handlerTimeoutMs * 0.8);
  return {
    keepAliveTimeoutMs: (albIdleTimeoutSeconds + 5) * 1000,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 15_000,
    timeoutCheckMs: 1000,
    handlerTimeoutMs,
    peerTimeoutMs,
    peerConnectTimeoutMs: Math.min(1000, Math.floor(peerTimeoutMs / 3)),
    probesTimeoutMs: Math.min(10_000, Math.floor(graceMs / 2)),
    drainQuietMs: Math.min(500, Math.floor(graceMs / 8)),
    drainMaxMs: Math.min(10_000, Math.floor(graceMs / 3)),
    graceMs,
    headerBytesMax: ALB_HEADER_BYTES_MAX,
    bodyBytesMax: 64 * 1024,
    connectionsMax: 2048,
  };
}
