import { ecsDecisions } from './decisions.ts';

/**
 * Chooses where a task goes and which one leaves: tasks of a service are spread over the Availability Zones of its subnets
 * (ECS developer guide: Fargate tasks of a service are spread, best effort).
 */
export interface PlacementSubnet {
  readonly name: string;
  readonly availabilityZone: string;
}

export interface PlacedTask {
  readonly id: string;
  readonly zone: string;
  readonly subnet: string;
  readonly createdAtMs: number;
}

/**
 * The subnet for one more task: in the zone with the fewest tasks of its deployment, then of its service, and there in the subnet
 * with the fewest; the order of `subnets` decides between equals. `tasks` are the service's, those that leave not among them: a
 * task that replaces another goes where that one was. `undefined` when there is no subnet.
 */
export function chooseSubnet<S extends PlacementSubnet>(
  subnets: readonly S[],
  tasks: readonly (PlacedTask & { readonly deploymentId: string })[],
  deploymentId: string,
): S | undefined {
  const own = tasks.filter((task) => task.deploymentId === deploymentId);
  const inZone = (among: readonly PlacedTask[], { availabilityZone }: S): number =>
    among.filter((task) => task.zone === availabilityZone).length;
  const inSubnet = ({ name }: S): number => tasks.filter((task) => task.subnet === name).length;
  return subnets.toSorted(
    (one, other) =>
      inZone(own, one) - inZone(own, other) ||
      inZone(tasks, one) - inZone(tasks, other) ||
      inSubnet(one) - inSubnet(other),
  )[0];
}

/** The task to stop first when there are too many: from the zone with the most tasks, by decision there the youngest. */
export function chooseTaskToStop<T extends PlacedTask>(
  candidates: readonly T[],
  tasks: readonly PlacedTask[],
): T | undefined {
  const inZone = (zone: string): number => tasks.filter((task) => task.zone === zone).length;
  const sign = ecsDecisions.scaleInStopsYoungest ? 1 : -1;
  return candidates.toSorted(
    (one, other) => inZone(other.zone) - inZone(one.zone) || sign * (other.createdAtMs - one.createdAtMs),
  )[0];
}
