import { BlueprintError } from './errors.ts';
import type { Blueprint, Service, Subnet } from './model.ts';

type ListKey = {
  [Key in keyof Blueprint]-?: Blueprint[Key] extends readonly { readonly name: string }[] ? Key : never;
}[keyof Blueprint];

/**
 * The element of one of the blueprint's lists with that name: `named(blueprint, 'services', 'api')`.
 * Throws `BLUEPRINT_NAME_UNKNOWN`, listing the names there are.
 */
export function named<Key extends ListKey>(blueprint: Blueprint, list: Key, name: string): Blueprint[Key][number] {
  const elements: readonly Blueprint[Key][number][] = blueprint[list];
  const found = elements.find((element) => element.name === name);
  if (found !== undefined) return found;
  const kind = list.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  const names = elements.map((element) => element.name);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new BlueprintError('BLUEPRINT_NAME_UNKNOWN', `The blueprint has no "${name}" among its ${kind}; ${known}.`);
}

/** The subnets in which a service's tasks get their addresses; empty unless its tasks use awsvpc. */
export function subnetsOfService(blueprint: Blueprint, service: Service): Subnet[] {
  return (service.network?.subnets ?? []).map((name) => named(blueprint, 'subnets', name));
}

/** The zones over which a service's tasks are spread, in the order of the blueprint's zones. */
export function zonesOfService(blueprint: Blueprint, service: Service): string[] {
  const zones = new Set(subnetsOfService(blueprint, service).map(({ availabilityZone }) => availabilityZone));
  return blueprint.availabilityZones.filter((zone) => zones.has(zone));
}

/** The services whose tasks a target group holds. */
export function servicesBehind(blueprint: Blueprint, targetGroup: string): Service[] {
  return blueprint.services.filter(({ loadBalancers }) =>
    loadBalancers.some((entry) => entry.targetGroup === targetGroup),
  );
}
