/**
 * What is registered where, against what should be. On AWS a registration stays until it is taken back; a stand-in that is started
 * again has forgotten all of them, and one that was killed has left some behind.
 */
export interface Listed {
  /** Targets by target group. */
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many Cloud Map services each instance is in, by its id. */
  readonly instances: ReadonlyMap<string, number>;
}

export interface ExpectedTask {
  readonly id: string;
  readonly targets: readonly { readonly targetGroup: string; readonly target: string }[];
  /** How many Cloud Map services it should be an instance of. */
  readonly instances: number;
}

/** Whether something that registered a task has forgotten it. */
export function isForgotten({ id, targets, instances }: ExpectedTask, listed: Listed): boolean {
  const lacksTarget = targets.some(({ targetGroup, target }) => listed.targets.get(targetGroup)?.has(target) !== true);
  return lacksTarget || (listed.instances.get(id) ?? 0) < instances;
}
