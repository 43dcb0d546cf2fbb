import { CloudMapError } from './model.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** The key of the page's last item, when there are more. */
  readonly next?: string;
}

/** A page of `items` in the order of their keys, after the key `after`; things added or removed meanwhile move no page. */
export function pageOf<T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  { after, maxResults }: { readonly after: string | undefined; readonly maxResults: number },
): Page<T> {
  const keyed = Array.from(items, (item) => ({ key: keyOf(item), item })).toSorted((a, b) => compare(a.key, b.key));
  const start = after === undefined ? 0 : keyed.findIndex(({ key }) => key > after);
  const rest = start === -1 ? [] : keyed.slice(start);
  const page = rest.slice(0, maxResults);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last !== undefined && rest.length > page.length ? { next: last.key } : {}),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export interface Filter {
  readonly name: string;
  readonly condition: 'EQ' | 'IN' | 'BETWEEN' | 'BEGINS_WITH';
  readonly values: readonly string[];
}

/** What a filter may look at, and how. */
export type FilterRules = Readonly<Record<string, readonly Filter['condition'][]>>;

/** @throws CloudMapError `InvalidInput` for a filter or condition that the operation does not have. */
export function requireFilters(filters: readonly Filter[], rules: FilterRules): void {
  for (const { name, condition, values } of filters) {
    if (!Object.hasOwn(rules, name) || rules[name]?.includes(condition) !== true) {
      throw new CloudMapError('InvalidInput', `There is no filter ${name} with the condition ${condition} here.`);
    }
    const wanted = { EQ: 1, BEGINS_WITH: 1, BETWEEN: 2, IN: undefined }[condition];
    if (values.length === 0 || (wanted !== undefined && values.length !== wanted)) {
      throw new CloudMapError(
        'InvalidInput',
        `The filter ${name} ${condition} needs ${wanted ?? 'at least one'} value(s).`,
      );
    }
  }
}

/** All filters must hold; `factOf` says what the item has under a filter's name. */
export function passes(filters: readonly Filter[], factOf: (name: string) => string | undefined): boolean {
  return filters.every(({ name, condition, values }) => {
    const fact = factOf(name);
    if (fact === undefined) return false;
    const [first = '', second = ''] = values;
    if (condition === 'BEGINS_WITH') return fact.startsWith(first);
    if (condition === 'BETWEEN') return Number(fact) >= Number(first) && Number(fact) <= Number(second);
    return values.includes(fact);
  });
}
