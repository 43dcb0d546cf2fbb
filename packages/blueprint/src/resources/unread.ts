import type { Deployment } from '../cloudformation/deployment.ts';
import type { ResourceTypes } from '../cloudformation/resource.ts';
import { own } from '../json.ts';
import { isIgnorable } from './ignorable.ts';

/** Of every type: they name, sort and bill. */
const ignoredEverywhere = ['Tags', 'TagSpecifications'];

/** Warns of properties of resources of the known types that nothing has been made of. To be called when all has been read. */
export function warnAboutUnread(deployment: Deployment, types: ResourceTypes): void {
  for (const resource of deployment.resources) {
    const type = own(types, resource.type);
    if (type === undefined || isIgnorable(resource.type)) continue;
    const lost = resource.properties.unread([...ignoredEverywhere, ...(type.ignored ?? [])]);
    if (lost.length > 0) deployment.warn(resource, `has ${inWords(lost)}, which the blueprint does not hold`);
  }
}

function inWords(paths: readonly string[]): string {
  const [last, ...others] = paths.toReversed();
  return others.length === 0 ? `the property ${last}` : `the properties ${others.toReversed().join(', ')} and ${last}`;
}
