/**
 * What is registered where, against what should be. On AWS a registration stays until it is taken back; a stand-in that is started
 * again has forgotten all of them, and an ECS that was killed has left some behind.
 */
export interface Listed {
  /** Targets, as `address:port`, by target group. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** The Cloud Map services that each instance is in, by its id. */
  readonly instances: ReadonlyMap<string, readonly string[]>;
}

export interface ExpectedTask {
  readonly id: string;
  readonly targets: readonly { readonly targetGroup: string; readonly target: string }[];
  /** How many Cloud Map services it should be an instance of. */
  readonly instances: number;
}

/** Whether something that registered a task has forgotten it. */
export function isForgotten({ id, targets, instances }: ExpectedTask, listed: Listed): boolean {
  const lacksTarget = targets.some(
    ({ targetGroup, target }) => listed.targets.get(targetGroup)?.includes(target) !== true,
  );
  return lacksTarget || (listed.instances.get(id)?.length ?? 0) < instances;
}

/** What is registered that belongs to none of the tasks. */
export function leftBehind(listed: Listed, tasks: readonly ExpectedTask[]): Listed {
  const ids = new Set(tasks.map(({ id }) => id));
  const isOwn = (group: string, target: string): boolean =>
    tasks.some(({ targets }) => targets.some((own) => own.targetGroup === group && own.target === target));
  return {
    targets: new Map([...listed.targets].map(([group, all]) => [group, all.filter((each) => !isOwn(group, each))])),
    instances: new Map([...listed.instances].filter(([id]) => !ids.has(id))),
  };
}
