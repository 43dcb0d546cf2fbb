import { BlueprintError } from '../errors.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { noValue } from './scope.ts';

/** What properties are read from. */
export interface PropertySource {
  readonly keys: readonly string[];
  /** The evaluated value. */
  read(key: string): unknown;
}

/**
 * Typed access to evaluated properties. CloudFormation takes numbers and booleans as text too, so both are read.
 * What is missing or of another type is `BLUEPRINT_PROPERTY_INVALID`, naming the resource and the property.
 * What has been asked for is remembered, so that nothing gets lost unnoticed: see {@link unread}.
 */
export class Properties {
  /** Whose properties they are: `Services/api/Service (AWS::ECS::Service)`. */
  readonly where: string;
  readonly #path: string;
  readonly #source: PropertySource;
  readonly #asked = new Set<string>();
  readonly #members = new Map<string, Properties>();
  #isDone = false;

  constructor(where: string, source: PropertySource, path = '') {
    this.where = where;
    this.#source = source;
    this.#path = path;
  }

  /**
   * Paths (`A.B[0].C`) of what has a value and that nobody has asked for, members of what has been opened included; but for
   * those in `ignored` (`A.B.C`).
   */
  unread(ignored: readonly string[]): string[] {
    if (this.#isDone) return [];
    const own = this.#source.keys.flatMap((key) => (this.#asked.has(key) ? [] : this.#unreadBelow(key, ignored)));
    return [...own, ...[...this.#members.values()].flatMap((member) => member.unread(ignored))];
  }

  /** Nobody needs to ask for the rest: what has been read makes it void, or a warning covers it. */
  done(): void {
    this.#isDone = true;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** The evaluated value as it is. */
  raw(key: string): unknown {
    this.#asked.add(key);
    const value = this.#source.read(key);
    return value === noValue ? undefined : (value ?? undefined);
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

  #member(value: JsonRecord, key: string): Properties {
    const member = this.#members.get(key) ?? this.#newMember(value, key);
    this.#members.set(key, member);
    return member;
  }

  #newMember(value: JsonRecord, key: string): Properties {
    const source = { keys: Object.keys(value), read: (name: string) => value[name] };
    return new Properties(this.where, source, `${this.#path}${key}.`);
  }

  #unreadBelow(key: string, ignored: readonly string[]): string[] {
    const path = this.#path + key;
    const plain = path.replaceAll(/\[\d+\]/g, '');
    const value = this.#valueOf(key);
    if (isNothing(value) || ignored.includes(plain)) return [];
    if (!ignored.some((other) => other.startsWith(`${plain}.`))) return [path];
    if (isRecord(value)) return this.#newMember(value, key).unread(ignored);
    if (!Array.isArray(value) || !value.every(isRecord)) return [path];
    return value.flatMap((element, index) => this.#newMember(element, `${key}[${index}]`).unread(ignored));
  }

  /** What cannot be evaluated is something too. */
  #valueOf(key: string): unknown {
    try {
      return this.#source.read(key);
    } catch (error) {
      if (error instanceof BlueprintError) return error;
      throw error;
    }
  }
}

/** An empty list or object says nothing. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === noValue) return true;
  return !(value instanceof Error) && typeof value === 'object' && Object.keys(value).length === 0;
}
