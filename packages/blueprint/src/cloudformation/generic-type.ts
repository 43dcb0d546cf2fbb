import { BlueprintError } from '../errors.ts';
import { arnOf, hexId } from '../identifiers.ts';
import { own } from '../json.ts';
import type { Resource, ResourceType } from './resource.ts';

/** For types without an entry of their own: what refers to them gets a readable value of the right shape. */
export const genericType: ResourceType = {
  ref: ({ stack, logicalId, seed }) => `${stack}-${logicalId}-${hexId(seed, 12)}`,
};

/** What `Fn::GetAtt` gives. Throws `BLUEPRINT_ATTRIBUTE_UNKNOWN` when the type is known but the attribute is not. */
export function attributeOf(type: ResourceType, resource: Resource, name: string): unknown {
  const attribute = own(type.attributes ?? {}, name);
  if (attribute !== undefined) return attribute(resource);
  if (type !== genericType) {
    throw new BlueprintError(
      'BLUEPRINT_ATTRIBUTE_UNKNOWN',
      `Something refers to the attribute ${name} of ${resource.label}, which the blueprint reader does not know.`,
    );
  }
  const service = (resource.type.split('::')[1] ?? 'custom').toLowerCase();
  return name.endsWith('Arn') ? arnOf(resource.place, service, resource.ref) : `${resource.ref}.${name}`;
}
