import { KitError } from '../errors.ts';
import { checkValue } from '../schema/check-value.ts';
import type { Schema, Static } from '../schema/schema.ts';

/** Environment variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is wrong: `problems` holds one sentence per variable. */
export class ConfigError extends KitError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('CONFIG_INVALID', problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the variables that `schema` names out of `env`, with defaults and conversions.
 * An empty variable counts as absent only where the schema has no use for the empty text.
 *
 * @throws {ConfigError} with one sentence per wrong variable
 */
export function loadConfig<const S extends Schema>(schema: S, env: Environment): Static<S> {
  const given: Record<string, string> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = env[name];
    if (value !== undefined && (value !== '' || property.type === 'string')) given[name] = value;
  }
  const checked = checkValue(schema, given, { name: 'the environment', memberName: (member) => member, convert: true });
  if ('problems' in checked) throw new ConfigError(checked.problems);
  return checked.value as Static<S>;
}
