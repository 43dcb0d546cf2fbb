import type { Policy } from './policy.ts';

/** Both in milliseconds; 0: off. */
export interface Timeouts {
  readonly requestMs: number;
  readonly idleMs: number;
}

/** The longest time that a timer can be set to: 24 days. */
const timerMsMax = 2_147_483_647;

/** An endpoint's time limits: its own configuration, else the defaults. The shorter one wins, since both are watched. */
export function timeoutsOf(
  endpoint: {
    readonly appProtocol: string;
    readonly timeout?: { readonly idleTimeoutSeconds?: number; readonly perRequestTimeoutSeconds?: number };
  },
  policy: Policy,
): Timeouts {
  const limit = (ms: number): number => Math.min(ms, timerMsMax);
  const isTcp = endpoint.appProtocol === 'tcp';
  const idleSeconds = endpoint.timeout?.idleTimeoutSeconds;
  const requestSeconds = endpoint.timeout?.perRequestTimeoutSeconds;
  return {
    idleMs: limit(
      idleSeconds === undefined ? (isTcp ? policy.tcpIdleTimeoutMs : policy.idleTimeoutMs) : idleSeconds * 1000,
    ),
    requestMs: isTcp
      ? 0
      : limit(requestSeconds === undefined ? policy.requestTimeoutMs : Math.round(requestSeconds * 1000)),
  };
}

/** What one request's clock knows, in milliseconds of one monotonic clock. */
export interface Progress {
  readonly lastByteMs: number;
  /** When the request's last byte was received; absent while it is still being received. */
  readonly requestEndMs?: number;
}

export type Verdict =
  | { readonly kind: 'request-timeout' }
  | { readonly kind: 'idle-timeout' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'unlimited' };

/** Whether a request's time is over, and if not, when to look again. */
export function judge(progress: Progress, timeouts: Timeouts, nowMs: number): Verdict {
  const idleLeft = timeouts.idleMs === 0 ? Infinity : progress.lastByteMs + timeouts.idleMs - nowMs;
  const requestLeft =
    timeouts.requestMs === 0
      ? Infinity
      : progress.requestEndMs === undefined
        ? timeouts.requestMs
        : progress.requestEndMs + timeouts.requestMs - nowMs;
  if (idleLeft <= 0) return { kind: 'idle-timeout' };
  if (requestLeft <= 0) return { kind: 'request-timeout' };
  const ms = Math.min(idleLeft, requestLeft);
  return ms === Infinity ? { kind: 'unlimited' } : { kind: 'wait', ms };
}
