/** A copy sorted by name, by code unit, so that the order is the same everywhere. */
export function byName<Named extends { readonly name: string }>(list: readonly Named[]): Named[] {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
