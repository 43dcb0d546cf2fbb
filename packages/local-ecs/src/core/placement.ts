/**
 * Chooses where a task goes and which one leaves: tasks of a service are spread over the Availability Zones of its subnets
 * (DESIGN of the ECS service scheduler: best effort spread for Fargate).
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
 * The subnet for one more task: in the zone with the fewest tasks of the service, there in the subnet with the fewest; the
 * order of `subnets` decides between equals. `undefined` when there is no subnet.
 */
export function chooseSubnet<S extends PlacementSubnet>(
  subnets: readonly S[],
  tasks: readonly PlacedTask[],
): S | undefined {
  const inZone = (zone: string): number => tasks.filter((task) => task.zone === zone).length;
  const inSubnet = (name: string): number => tasks.filter((task) => task.subnet === name).length;
  return subnets.toSorted(
    (one, other) =>
      inZone(one.availabilityZone) - inZone(other.availabilityZone) || inSubnet(one.name) - inSubnet(other.name),
  )[0];
}

/** The task to stop first when there are too many: from the zone with the most tasks, there the youngest. */
export function chooseTaskToStop<T extends PlacedTask>(
  candidates: readonly T[],
  tasks: readonly PlacedTask[],
): T | undefined {
  const inZone = (zone: string): number => tasks.filter((task) => task.zone === zone).length;
  return candidates.toSorted(
    (one, other) => inZone(other.zone) - inZone(one.zone) || other.createdAtMs - one.createdAtMs,
  )[0];
}
