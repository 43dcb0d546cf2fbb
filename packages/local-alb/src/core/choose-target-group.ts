import type { ForwardAction, Listener } from '@switchyard/blueprint';

/**
 * The name of the target group that takes a request: the one a valid group cookie names, else by weight. A group is not
 * passed over for being empty or unhealthy; see `albDecisions.allWeightsZeroTakesFirst`. `random` gives numbers in [0, 1).
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

/** The names of the target groups that a rule forwards to, with whatever weight. */
export function targetGroupsInUse(listeners: readonly Listener[]): Set<string> {
  const used = new Set<string>();
  for (const { rules } of listeners) {
    for (const { action } of rules) {
      if (action.type === 'forward') for (const { targetGroup } of action.targetGroups) used.add(targetGroup);
    }
  }
  return used;
}
