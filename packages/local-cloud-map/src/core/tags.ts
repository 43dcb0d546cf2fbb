import { CloudMapError, type State } from './model.ts';

const TAGS_MAX = 50;

/** The tags of a namespace or service. @throws CloudMapError `ResourceNotFoundException`. */
export function tagsOf(state: State, arn: string): Map<string, string> {
  const id = arn.slice(arn.lastIndexOf('/') + 1);
  const resource = state.services.get(id) ?? state.namespaces.get(id);
  if (resource === undefined || resource.arn !== arn) {
    throw new CloudMapError('ResourceNotFoundException', `There is no namespace or service ${arn}.`);
  }
  return resource.tags;
}

/** The tags of a resource that is being made. @throws CloudMapError `TooManyTagsException` when there are more than 50. */
export function firstTags(given: ReadonlyMap<string, string>, resourceName: string): Map<string, string> {
  const tags = new Map<string, string>();
  addTags(tags, given, resourceName);
  return tags;
}

/** @throws CloudMapError `TooManyTagsException` when a resource would have more than 50. */
export function addTags(tags: Map<string, string>, added: ReadonlyMap<string, string>, resourceName: string): void {
  const merged = new Map([...tags, ...added]);
  if (merged.size > TAGS_MAX) {
    throw new CloudMapError('TooManyTagsException', `${resourceName} would have more than ${TAGS_MAX} tags.`, {
      ResourceName: resourceName,
    });
  }
  for (const [key, value] of added) tags.set(key, value);
}
