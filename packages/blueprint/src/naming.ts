/** What a name is derived from when the template gives none. */
export interface NameSource {
  /** The construct path below the stack: `Vpc/publicSubnet1/Subnet`. */
  readonly path: string;
  readonly stack: string;
  /** The last part of the resource's type: `Subnet`. */
  readonly shortType: string;
  /** Whether the last part of the path, without noise, is name enough. */
  readonly isNamedByLastSegment?: boolean;
}

/** A short readable name from a construct path: `balancer-http-api-group` for `Balancer/Http/apiGroup/Resource`. */
export function derivedName({ path, shortType, isNamedByLastSegment = false }: NameSource): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const noise = new Set(['resource', 'default', shortType.toLowerCase()]);
  while (segments.length > 1 && noise.has((segments.at(-1) ?? '').toLowerCase())) segments.pop();
  return kebab(isNamedByLastSegment ? (segments.at(-1) ?? '') : segments.join('-'));
}

/**
 * One name each, unique, in the order given: a name wanted by several takes the stack in front, then a number behind.
 * Explicit names come first and are never changed unless two are equal.
 */
export function uniqueNames(wanted: readonly { readonly explicit?: string; readonly source: NameSource }[]): string[] {
  const derived = wanted.map(({ source }) => derivedName(source));
  const taken = new Set<string>();
  const names = wanted.map(({ explicit }) => (explicit === undefined ? undefined : take(explicit)));
  return wanted.map(({ source }, index) => {
    const explicit = names[index];
    if (explicit !== undefined) return explicit;
    const name = derived[index] ?? '';
    const contested = taken.has(name) || derived.filter((other) => other === name).length > 1;
    return take(contested ? `${kebab(source.stack)}-${name}` : name);
  });

  function take(name: string): string {
    let unique = name;
    for (let number = 2; taken.has(unique); number += 1) unique = `${name}-${number}`;
    taken.add(unique);
    return unique;
  }
}

function kebab(text: string): string {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z\d]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
}
