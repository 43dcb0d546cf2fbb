import type { Blueprint } from './model.ts';

const lineWidth = 120;

/**
 * The blueprint as JSON for a file under review: two spaces, members in the model's order, what fits on one line on one
 * line, a newline at the end. The same blueprint always gives the same text.
 */
export function printBlueprint(blueprint: Blueprint): string {
  return `${print(blueprint, 0, 0)}\n`;
}

/** `before` is how much of the line stands before the value. */
function print(value: unknown, indent: number, before: number): string {
  const flat = flatten(value);
  const isOutermost = indent === 0;
  if (!isOutermost && before + flat.length < lineWidth) return flat;
  const inner = ' '.repeat(indent + 2);
  const outer = ' '.repeat(indent);
  if (Array.isArray(value) && value.length > 0) {
    const elements = value.map((element) => inner + print(element, indent + 2, indent + 2));
    return `[\n${elements.join(',\n')}\n${outer}]`;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const members = membersOf(value).map(([key, member]) => {
      const start = `${inner}${JSON.stringify(key)}: `;
      return start + print(member, indent + 2, start.length);
    });
    return `{\n${members.join(',\n')}\n${outer}}`;
  }
  return flat;
}

function flatten(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = membersOf(value).map(([key, member]) => `${JSON.stringify(key)}: ${flatten(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
