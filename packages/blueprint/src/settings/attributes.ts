import { BlueprintError } from '../errors.ts';

type Written = Readonly<Record<string, string>>;

/** Typed access to attributes as ELB has them: text by key. What AWS refuses is `BLUEPRINT_SETTING_INVALID`. */
export class Attributes {
  readonly #owner: string;
  readonly #written: Written;

  /** `owner` is whose they are, for messages: `The target group api`. */
  constructor(owner: string, written: Written) {
    this.#owner = owner;
    this.#written = written;
  }

  text(key: string): string | undefined {
    const value = this.#written[key];
    return value === '' ? undefined : value;
  }

  flag(key: string, fallback: boolean): boolean {
    return this.word(key, [fallback ? 'true' : 'false', fallback ? 'false' : 'true']) === 'true';
  }

  /** One of the words; the first is AWS's default. */
  word<Word extends string>(key: string, words: readonly [Word, ...Word[]]): Word {
    const value = this.text(key) ?? words[0];
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw this.#invalid(key, `one of ${words.join(', ')}`);
    return word;
  }

  /** A whole number from `min` to `max`; `fallback` is AWS's default and may lie outside. */
  integer(key: string, range: { readonly min: number; readonly max: number; readonly fallback: number }): number {
    const value = this.text(key);
    if (value === undefined || value === String(range.fallback)) return range.fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= range.min && number <= range.max) return number;
    throw this.#invalid(key, `a whole number from ${range.min} to ${range.max}`);
  }

  /** Like {@link integer}, or `undefined` for `off`. */
  integerOrOff(
    key: string,
    range: { readonly min: number; readonly max: number; readonly fallback: number | 'off' },
  ): number | undefined {
    const value = this.text(key) ?? range.fallback;
    if (value === 'off') return undefined;
    return this.integer(key, { ...range, fallback: range.fallback === 'off' ? range.min : range.fallback });
  }

  #invalid(key: string, expected: string): BlueprintError {
    return new BlueprintError(
      'BLUEPRINT_SETTING_INVALID',
      `${this.#owner} has ${key} = ${this.#written[key]}, but it must be ${expected}.`,
    );
  }
}
