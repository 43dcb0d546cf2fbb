import type { Schema } from '../schema/schema.ts';

/** The Markdown table of the variables that a configuration schema names; each service's README holds it, and a test compares. */
export function variablesTable(schema: Schema): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const fallback = property.default === undefined && required.has(name) ? 'required' : shown(property.default);
    return `| \`${name}\` | ${property.description ?? ''} | ${fallback} |`;
  });
  return ['| variable | meaning | default |', '| --- | --- | --- |', ...rows].join('\n');
}

function shown(value: unknown): string {
  if (value === undefined || value === '') return 'empty';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
