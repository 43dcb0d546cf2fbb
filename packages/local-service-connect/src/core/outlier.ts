import type { OutlierPolicy } from './policy.ts';

/** What outlier detection remembers of one host. Times are milliseconds of one monotonic clock. */
export interface OutlierState {
  /** Times of the latest failures in a row, oldest first, at most `failuresMin`. */
  readonly failuresMs: readonly number[];
  /** Absent: in service and never ejected. In the past: returned then. */
  readonly ejectedUntilMs?: number;
  /** How many ejections count towards the length of the next. */
  readonly ejections: number;
}

export type Outcome = 'success' | 'failure';

export const newOutlierState: OutlierState = { failuresMs: [], ejections: 0 };

export function isEjected(state: OutlierState, nowMs: number): boolean {
  return state.ejectedUntilMs !== undefined && nowMs < state.ejectedUntilMs;
}

/**
 * The state after one more outcome. `mayEject` is the rest of the endpoint's word on it: whether enough other hosts are in
 * service. What ends while the host is ejected began before and counts neither way.
 */
export function observe(
  state: OutlierState,
  outcome: Outcome,
  nowMs: number,
  mayEject: boolean,
  policy: OutlierPolicy,
): OutlierState {
  if (isEjected(state, nowMs)) return state;
  if (outcome === 'success') return state.failuresMs.length === 0 ? state : { ...state, failuresMs: [] };
  const recent = state.failuresMs.filter((at) => nowMs - at < policy.windowMs);
  const failuresMs = [...recent, nowMs].slice(-policy.failuresMin);
  if (failuresMs.length < policy.failuresMin || !mayEject) return { ...state, failuresMs };
  const ejections = ejectionsRemembered(state, nowMs, policy) + 1;
  const lengthMs = Math.min(ejections * policy.baseEjectionMs, policy.maxEjectionMs);
  return { failuresMs: [], ejections, ejectedUntilMs: nowMs + lengthMs };
}

/** Whether one more host may be ejected when `ejected` of `total` are out. */
export function mayEjectAnother(ejected: number, total: number, policy: OutlierPolicy): boolean {
  return ejected === 0 || (ejected * 100) / total < policy.maxEjectionPercent;
}

function ejectionsRemembered(state: OutlierState, nowMs: number, policy: OutlierPolicy): number {
  if (state.ejectedUntilMs === undefined) return state.ejections;
  const forgiven = Math.floor((nowMs - state.ejectedUntilMs) / policy.forgivenessMs);
  return Math.max(0, state.ejections - forgiven);
}
