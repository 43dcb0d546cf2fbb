import type { ContainerInstance } from './container-instance.ts';

export interface InstanceView {
  readonly instance: ContainerInstance;
  readonly takenPorts: ReadonlySet<number>;
  /** Tasks of the service that are on it and do not leave. */
  readonly ownTasks: number;
}

export type InstanceChoice =
  | { readonly instance: ContainerInstance }
  /** In ECS's words: what follows "was unable to place a task because". */
  | { readonly refusal: string };

const NO_MATCH = 'no container instance met all of its requirements.';
const MORE = 'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/**
 * The instance for one more task: of those whose ports are free, one in the zone with the fewest tasks of the service, and there the one
 * with the fewest; the order given decides between equals. The refusals are worded as in events of real services.
 */
export function chooseInstance(
  views: readonly InstanceView[],
  wanted: { readonly fixedPorts: readonly number[]; readonly distinctInstance: boolean },
): InstanceChoice {
  if (views.length === 0)
    return { refusal: `${NO_MATCH} Reason: No Container Instances were found in your cluster. ${MORE}` };
  const inZone = (zone: string): number =>
    views.filter(({ instance }) => instance.zone === zone).reduce((sum, { ownTasks }) => sum + ownTasks, 0);
  const sorted = views.toSorted(
    (one, other) => inZone(one.instance.zone) - inZone(other.instance.zone) || one.ownTasks - other.ownTasks,
  );
  const hasPorts = ({ takenPorts }: InstanceView): boolean => wanted.fixedPorts.every((port) => !takenPorts.has(port));
  const mayTake = ({ ownTasks }: InstanceView): boolean => !wanted.distinctInstance || ownTasks === 0;
  const found = sorted.find((view) => hasPorts(view) && mayTake(view));
  if (found !== undefined) return { instance: found.instance };
  const closest = sorted.find(mayTake) ?? sorted[0];
  const reason =
    closest !== undefined && mayTake(closest)
      ? 'is already using a port required by your task.'
      : 'does not meet the placement constraint distinctInstance.';
  return { refusal: `${NO_MATCH} The closest matching (container-instance ${closest?.instance.id}) ${reason} ${MORE}` };
}
