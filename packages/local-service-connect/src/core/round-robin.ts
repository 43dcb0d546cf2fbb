import { isEjected, type OutlierState } from './outlier.ts';

export interface Candidate {
  readonly outlier: OutlierState;
}

/**
 * Round robin over the hosts in service, beginning at `cursor`. Hosts in `avoid` are passed over unless nothing else is left,
 * as Envoy's previous-hosts predicate does. When fewer than `panicThresholdPercent` of the hosts are in service, all are used.
 *
 * @returns the chosen host's index, and the cursor for the next choice is that index + 1; -1 when there is no host.
 */
export function pickHost(
  hosts: readonly Candidate[],
  cursor: number,
  avoid: readonly Candidate[],
  nowMs: number,
  panicThresholdPercent: number,
): number {
  const total = hosts.length;
  if (total === 0) return -1;
  let inService = 0;
  for (const host of hosts) if (!isEjected(host.outlier, nowMs)) inService++;
  const panic = inService * 100 < panicThresholdPercent * total;
  let fallback = -1;
  for (let step = 0; step < total; step++) {
    const index = (cursor + step) % total;
    const host = hosts[index];
    if (host === undefined || (!panic && isEjected(host.outlier, nowMs))) continue;
    if (!avoid.includes(host)) return index;
    if (fallback === -1) fallback = index;
  }
  return fallback;
}
