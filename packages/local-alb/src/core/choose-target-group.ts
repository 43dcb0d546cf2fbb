import type { ForwardAction } from '@switchyard/blueprint';

/**
 * The name of the target group that takes a request: the one a valid group cookie names, else by weight. A group is not
 * passed over for being empty or unhealthy. `random` gives numbers in [0, 1).
 *
 * AWS source: "Forward actions".
 */
export function chooseTargetGroup(action: ForwardAction, sticky: string | undefined, random: () => number): string {
  const { targetGroups } = action;
  if (sticky !== undefined && targetGroups.some(({ targetGroup }) => targetGroup === sticky)) return sticky;
  const first = targetGroups[0]?.targetGroup ?? '';
  if (targetGroups.length === 1) return first;
  const total = targetGroups.reduce((sum, { weight }) => sum + weight, 0);
  let at = random() * total;
  for (const { targetGroup, weight } of targetGroups) {
    if (at < weight) return targetGroup;
    at -= weight;
  }
  return first;
}
