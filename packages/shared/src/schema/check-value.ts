import type { Schema } from './schema.ts';

/** What {@link checkValue} found: the value with defaults and conversions, or one sentence per thing that is wrong. */
export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

export interface CheckOptions {
  /** What the value is called in sentences: `the body`, `?via`. */
  readonly name: string;
  /** Names a member in sentences; by default `<parent>.<member>`. */
  readonly memberName?: (member: string) => string;
  /** Whether strings become integers and booleans where the schema wants them: for queries and environments. */
  readonly convert?: boolean;
}

const PROBLEMS_MAX = 16;

/** Validates `value` by `schema`. Pure; never throws on a value. A property with a default may be missing although required. */
export function checkValue(schema: Schema, value: unknown, options: CheckOptions): Checked {
  const problems: string[] = [];
  const given = value ?? structuredClone(schema.default);
  const result = check(schema, given, options.name, { ...options, problems });
  return problems.length === 0 ? { value: result } : { problems: problems.slice(0, PROBLEMS_MAX) };
}

interface Context extends CheckOptions {
  readonly problems: string[];
}

function check(schema: Schema, raw: unknown, name: string, context: Context): unknown {
  const value = context.convert === true ? converted(schema, raw) : raw;
  switch (schema.type) {
    case 'object':
      return checkObject(schema, value, name, context);
    case 'array':
      return checkArray(schema, value, name, context);
    case 'string':
      return checkString(schema, value, name, context);
    case 'integer':
      return checkInteger(schema, value, name, context);
    case 'boolean':
      return checkBoolean(value, name, context);
    default:
      return schema.type satisfies never;
  }
}

function checkBoolean(value: unknown, name: string, context: Context): unknown {
  if (typeof value !== 'boolean') context.problems.push(`${name} must be true or false, but is ${shown(value)}.`);
  return value;
}

function converted(schema: Schema, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (schema.type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (schema.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function checkString(schema: Schema, value: unknown, name: string, context: Context): unknown {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (typeof value !== 'string') context.problems.push(`${name} must be a text, but is ${shown(value)}.`);
  else if (schema.enum !== undefined && !schema.enum.includes(value))
    context.problems.push(`${name} must be one of ${schema.enum.join(', ')}, but is ${shown(value)}.`);
  else if (value.length < minLength || value.length > maxLength)
    context.problems.push(`${name} must have ${range(minLength, maxLength)} characters, but has ${value.length}.`);
  else if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
    context.problems.push(`${name} must be ${schema.description ?? `like ${schema.pattern}`}, but is ${shown(value)}.`);
  return value;
}

function checkInteger(schema: Schema, value: unknown, name: string, context: Context): unknown {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
    context.problems.push(`${name} must be an integer ${range(minimum, maximum)}, but is ${shown(value)}.`);
  return value;
}

function checkArray(schema: Schema, value: unknown, name: string, context: Context): unknown {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!Array.isArray(value)) {
    context.problems.push(`${name} must be a list, but is ${shown(value)}.`);
    return value;
  }
  if (value.length < minItems || value.length > maxItems) {
    context.problems.push(`${name} must have ${range(minItems, maxItems)} entries, but has ${value.length}.`);
    return value;
  }
  return items === undefined ? value : value.map((item, index) => check(items, item, `${name}[${index}]`, context));
}

function checkObject(schema: Schema, value: unknown, name: string, context: Context): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    context.problems.push(`${name} must be an object, but is ${shown(value)}.`);
    return value;
  }
  const { properties = {}, required = [], additionalProperties, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const given = new Map<string, unknown>(Object.entries(value));
  if (given.size > maxProperties) {
    context.problems.push(`${name} must have at most ${maxProperties} members, but has ${given.size}.`);
    return value;
  }
  const nameOf = (member: string): string =>
    name === context.name && context.memberName !== undefined ? context.memberName(member) : `${name}.${member}`;
  const result: Record<string, unknown> = {};
  for (const [member, memberSchema] of Object.entries(properties)) {
    const memberValue = given.get(member) ?? structuredClone(memberSchema.default);
    if (memberValue !== undefined) result[member] = check(memberSchema, memberValue, nameOf(member), context);
    else if (required.includes(member)) context.problems.push(`${nameOf(member)} is missing.`);
    given.delete(member);
  }
  for (const [member, memberValue] of given) {
    if (additionalProperties === false) context.problems.push(`${nameOf(member)} is not known here.`);
    else if (additionalProperties !== undefined && member !== '__proto__')
      result[member] = check(additionalProperties, memberValue, nameOf(member), context);
  }
  return result;
}

function range(minimum: number, maximum: number): string {
  if (minimum <= 0 && maximum >= Number.MAX_SAFE_INTEGER) return 'of any size';
  if (maximum >= Number.MAX_SAFE_INTEGER) return `from ${minimum}`;
  return `from ${minimum} to ${maximum}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
