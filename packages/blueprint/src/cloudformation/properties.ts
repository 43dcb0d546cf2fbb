import { BlueprintError } from '../errors.ts';
import { isRecord } from '../json.ts';

/**
 * Typed access to evaluated properties. CloudFormation takes numbers and booleans as text too, so both are read.
 * What is missing or of another type is `BLUEPRINT_PROPERTY_INVALID`, naming the resource and the property.
 */
export class Properties {
  /** Whose properties they are: `Services/api/Service (AWS::ECS::Service)`. */
  readonly where: string;
  readonly #path: string;
  readonly #read: (key: string) => unknown;

  constructor(where: string, read: (key: string) => unknown, path = '') {
    this.where = where;
    this.#read = read;
    this.#path = path;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** The evaluated value as it is. */
  raw(key: string): unknown {
    return this.#read(key) ?? undefined;
  }

  string(key: string): string {
    return this.optionalString(key) ?? this.#missing(key);
  }

  optionalString(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.invalid(key, 'is no text');
  }

  number(key: string): number {
    return this.optionalNumber(key) ?? this.#missing(key);
  }

  optionalNumber(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'number') return value;
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    throw this.invalid(key, 'is no number');
  }

  /** A whole number within bounds; `fallback` when the property is absent. */
  integer(key: string, bounds: { readonly min: number; readonly max: number; readonly fallback: number }): number {
    const value = this.optionalNumber(key);
    if (value === undefined) return bounds.fallback;
    if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
    throw this.invalid(key, `is ${value}, which is no whole number from ${bounds.min} to ${bounds.max}`);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.raw(key);
    if (value === undefined) return fallback;
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.invalid(key, 'is neither true nor false');
  }

  /** One of the given words; the first when the property is absent, unless `required`. */
  oneOf<Word extends string>(key: string, words: readonly [Word, ...Word[]], options = { required: false }): Word {
    const value = options.required ? this.string(key) : (this.optionalString(key) ?? words[0]);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.invalid(key, `is ${value}, which is none of ${words.join(', ')}`);
    return word;
  }

  strings(key: string): string[] {
    return this.optionalStrings(key) ?? [];
  }

  optionalStrings(key: string): string[] | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
    throw this.invalid(key, 'is no list of texts');
  }

  object(key: string): Properties | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isRecord(value)) throw this.invalid(key, 'is no object');
    return this.#member(value, key);
  }

  /** The elements of a list of objects; empty when the property is absent. */
  objects(key: string): Properties[] {
    const value = this.raw(key) ?? [];
    if (!Array.isArray(value) || !value.every(isRecord)) throw this.invalid(key, 'is no list of objects');
    return value.map((element, index) => this.#member(element, `${key}[${index}]`));
  }

  /** A map of texts. */
  record(key: string): Readonly<Record<string, string>> | undefined {
    const members = this.object(key);
    const value = this.raw(key);
    if (members === undefined || !isRecord(value)) return undefined;
    return Object.fromEntries(Object.keys(value).map((name) => [name, members.string(name)]));
  }

  /** A list of `{ [key]: …, [value]: … }` as a map. */
  pairs(key: string, names = { key: 'Key', value: 'Value' }): Readonly<Record<string, string>> {
    return Object.fromEntries(this.objects(key).map((pair) => [pair.string(names.key), pair.string(names.value)]));
  }

  invalid(key: string, what: string): BlueprintError {
    return new BlueprintError('BLUEPRINT_PROPERTY_INVALID', `${this.where}: the property ${this.#path}${key} ${what}.`);
  }

  #missing(key: string): never {
    throw this.invalid(key, 'is missing');
  }

  #member(value: Readonly<Record<string, unknown>>, key: string): Properties {
    return new Properties(this.where, (name) => value[name], `${this.#path}${key}.`);
  }
}
