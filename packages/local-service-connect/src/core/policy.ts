/**
 * Every number and every choice of the proxy, in one place. What AWS documents: two retries, the second attempt avoiding the
 * previous host; five failures within 30 s eject a host for 30 to 300 s; 15 s per request; 5 min idle (1 h for TCP).
 * What AWS does not document is taken from Envoy's defaults and from App Mesh, Service Connect's forerunner on the same proxy,
 * whose default policy retries connection failures and 503 responses.
 */
export interface Policy {
  readonly retries: RetryPolicy;
  readonly outlier: OutlierPolicy;
  /** Below this share of hosts that are not ejected, ejections are ignored (Envoy's panic threshold). */
  readonly panicThresholdPercent: number;
  readonly connectTimeoutMs: number;
  /** How long a request waits for an endpoint's first list of hosts. */
  readonly firstListTimeoutMs: number;
  /** 0: off. From the request's last byte to the response's last byte, retries included. */
  readonly requestTimeoutMs: number;
  /** 0: off. Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  /** 0: off. The same for `tcp` endpoints. */
  readonly tcpIdleTimeoutMs: number;
  /** Connections to one host; further requests wait. */
  readonly connectionsPerHostMax: number;
  /** Requests of one endpoint under way or waiting; beyond it a request is answered 503 (`reset reason: overflow`). */
  readonly requestsPerEndpointMax: number;
}

export interface RetryPolicy {
  readonly countMax: number;
  readonly statusCodes: readonly number[];
  /**
   * Whether a connection that ends before the response's headers is retried. `idempotent` follows RFC 9110 §9.2.2: a proxy may
   * repeat only what is safe to repeat. Connection failures are retried whatever the method: nothing was sent.
   */
  readonly onReset: 'never' | 'idempotent' | 'always';
  /** The pause before retry n is random, up to `backoffBaseMs` × (2ⁿ − 1), never above `backoffMaxMs`. */
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** A request is repeated only while the part of its body that was sent is no longer than this. */
  readonly replayBytesMax: number;
}

export interface OutlierPolicy {
  /** A failure is a 5xx response, a connection failure, a reset or a time-out. A success in between starts the count anew. */
  readonly failuresMin: number;
  readonly windowMs: number;
  /** A host ejected for the n-th time in a row stays out n × `baseEjectionMs`, never longer than `maxEjectionMs`. */
  readonly baseEjectionMs: number;
  readonly maxEjectionMs: number;
  /** Each such span in service takes one from n. */
  readonly forgivenessMs: number;
  /** No further host is ejected once this share is out; the first one always may be. */
  readonly maxEjectionPercent: number;
}

export const servicePolicy: Policy = {
  retries: {
    countMax: 2,
    statusCodes: [503],
    onReset: 'idempotent',
    backoffBaseMs: 25,
    backoffMaxMs: 250,
    replayBytesMax: 1_048_576,
  },
  outlier: {
    failuresMin: 5,
    windowMs: 30_000,
    baseEjectionMs: 30_000,
    maxEjectionMs: 300_000,
    forgivenessMs: 10_000,
    maxEjectionPercent: 10,
  },
  panicThresholdPercent: 50,
  connectTimeoutMs: 5_000,
  firstListTimeoutMs: 2_000,
  requestTimeoutMs: 15_000,
  idleTimeoutMs: 300_000,
  tcpIdleTimeoutMs: 3_600_000,
  connectionsPerHostMax: 1_024,
  requestsPerEndpointMax: 2_048,
};
