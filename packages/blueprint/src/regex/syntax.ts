import { own } from '../json.ts';
import { type CharacterSet, complementOf, perlClasses, posixClasses, type Ranges } from './character-set.ts';

/** A regular expression as a tree. Groups are gone: nothing is captured, only matched. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  /** `max` absent: without end. */
  | { readonly kind: 'repeat'; readonly node: RegexNode; readonly min: number; readonly max?: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary';

/** `i` ignores case, `s` lets a dot match a line feed, `m` lets `^` and `$` match at lines. */
interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
}

const repeatMax = 1000;
const controls: Readonly<Record<string, string>> = { a: '\u0007', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' };
const assertions: Readonly<Record<string, Assertion>> = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
};

/** Reads an expression in RE2's syntax, without Unicode classes. Throws a `SyntaxError` that says where it ends to be one. */
export function parseRegex(source: string, options: { readonly ignoreCase: boolean }): RegexNode {
  const parser = new Parser(source, { i: options.ignoreCase, s: false, m: false });
  return parser.parse();
}

class Parser {
  readonly #source: string;
  #position = 0;
  #flags: Flags;

  constructor(source: string, flags: Flags) {
    this.#source = source;
    this.#flags = flags;
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#position < this.#source.length) throw this.#error('an unmatched )');
    return node;
  }

  #choice(): RegexNode {
    const flags = this.#flags;
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#flags = flags;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#position < this.#source.length && !this.#sees('|') && !this.#sees(')')) {
      const atom = this.#atom();
      parts.push(this.#repeated(atom));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(node: RegexNode): RegexNode {
    const quantifier = this.#quantifier();
    if (quantifier === undefined) return node;
    this.#take('?');
    const repeated: RegexNode = { kind: 'repeat', node, ...quantifier };
    if (this.#quantifier() !== undefined) throw this.#error('a quantifier of a quantifier');
    return repeated;
  }

  #quantifier(): { min: number; max?: number } | undefined {
    if (this.#take('*')) return { min: 0 };
    if (this.#take('+')) return { min: 1 };
    if (this.#take('?')) return { min: 0, max: 1 };
    const counted = this.#takeMatch(/\{(\d+)(?:(,)(\d*))?\}/y);
    if (counted === undefined) return undefined;
    const [, from = '', comma, to] = counted;
    const min = Number(from);
    const max = comma === undefined ? min : to ? Number(to) : undefined;
    if (min > repeatMax || (max ?? 0) > repeatMax || (max ?? min) < min)
      throw this.#error(`the repetition ${counted[0]}`);
    return max === undefined ? { min } : { min, max };
  }

  #atom(): RegexNode {
    const { i, s, m } = this.#flags;
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) return this.#class();
    if (this.#take('.')) return set(s ? [] : [[10, 10]], { negated: true, ignoreCase: false });
    if (this.#take('^')) return { kind: 'assertion', assertion: m ? 'line-start' : 'text-start' };
    if (this.#take('$')) return { kind: 'assertion', assertion: m ? 'line-end' : 'text-end' };
    if (this.#take('\\')) return this.#escape();
    const character = this.#next();
    if ('*+?'.includes(character)) throw this.#error(`a ${character} that repeats nothing`);
    return literal(character, i);
  }

  #group(): RegexNode {
    const outer = this.#flags;
    const flags = this.#takeMatch(/\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y);
    if (flags === undefined) this.#takeMatch(/\?P?<[A-Za-z_]\w*>/y);
    else {
      const [, on = '', off = '', end] = flags;
      if (/[^imsU]/.test(on + off)) throw this.#error(`the flags ${flags[0]}`);
      const has = (flag: keyof Flags) => (on.includes(flag) || outer[flag]) && !off.includes(flag);
      this.#flags = { i: has('i'), s: has('s'), m: has('m') };
      if (end === ')') return { kind: 'sequence', parts: [] };
    }
    const inner = this.#choice();
    this.#flags = outer;
    if (!this.#take(')')) throw this.#error('a ( without its )');
    return inner;
  }

  #escape(): RegexNode {
    const { i: ignoreCase } = this.#flags;
    const character = this.#next();
    const assertion = own(assertions, character);
    if (assertion !== undefined) return { kind: 'assertion', assertion };
    const ranges = perlRanges(character);
    if (ranges !== undefined) return set(ranges, { ignoreCase: false });
    if (character === 'Q') {
      const quoted = this.#takeMatch(/([^]*?)(?:\\E|$)/y)?.[1] ?? '';
      return { kind: 'sequence', parts: Array.from(quoted, (one) => literal(one, ignoreCase)) };
    }
    return literal(this.#escaped(character), ignoreCase);
  }

  /** The character that a backslash and `character` stand for. */
  #escaped(character: string): string {
    const control = own(controls, character);
    if (control !== undefined) return control;
    if (character === 'x') {
      const [, braced, plain] = this.#takeMatch(/\{([\da-fA-F]{1,4})\}|([\da-fA-F]{2})/y) ?? [];
      const digits = braced ?? plain;
      if (digits === undefined) throw this.#error(String.raw`\x without two hexadecimal digits`);
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    if (character === '0') return String.fromCharCode(Number.parseInt(this.#takeMatch(/[0-7]{0,2}/y)?.[0] || '0', 8));
    if (character === '' || /[A-Za-z\d]/.test(character)) throw this.#error(`the escape \\${character}`);
    return character;
  }

  #class(): RegexNode {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || !this.#sees(']'); isFirst = false) {
      const posix = this.#takeMatch(/\[:(\^?)(\w+):\]/y);
      if (posix !== undefined) {
        const [whole, not, name = ''] = posix;
        const known = own(posixClasses, name);
        if (known === undefined) throw this.#error(`the class ${whole}`);
        ranges.push(...(not ? complementOf(known) : known));
        continue;
      }
      const from = this.#classPart();
      if (typeof from !== 'string') ranges.push(...from);
      else if (this.#sees('-') && this.#source[this.#position + 1] !== ']') {
        this.#position += 1;
        const to = this.#classPart();
        if (typeof to !== 'string' || to < from)
          throw this.#error(`a range that begins with ${from} and does not end after it`);
        ranges.push([from.charCodeAt(0), to.charCodeAt(0)]);
      } else ranges.push([from.charCodeAt(0), from.charCodeAt(0)]);
    }
    this.#position += 1;
    return set(ranges, { negated, ignoreCase: this.#flags.i });
  }

  #classPart(): string | Ranges {
    if (this.#position >= this.#source.length) throw this.#error('a [ without its ]');
    const character = this.#next();
    if (character !== '\\') return character;
    const escape = this.#next();
    return perlRanges(escape) ?? this.#escaped(escape);
  }

  #sees(character: string): boolean {
    return this.#source[this.#position] === character;
  }

  #take(character: string): boolean {
    const isThere = this.#sees(character);
    if (isThere) this.#position += 1;
    return isThere;
  }

  /** `pattern` is sticky. */
  #takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#source) ?? undefined;
    if (match !== undefined) this.#position += match[0].length;
    return match;
  }

  #next(): string {
    const character = this.#source.charAt(this.#position);
    this.#position += 1;
    return character;
  }

  #error(what: string): SyntaxError {
    return new SyntaxError(`has ${what} before position ${Math.min(this.#position, this.#source.length)}`);
  }
}

function set(ranges: Ranges, options: { readonly negated?: boolean; readonly ignoreCase: boolean }): RegexNode {
  return { kind: 'set', set: { ranges, negated: options.negated ?? false, ignoreCase: options.ignoreCase } };
}

function literal(character: string, ignoreCase: boolean): RegexNode {
  const code = character.charCodeAt(0);
  const hasCase = character.toLowerCase() !== character.toUpperCase();
  return set([[code, code]], { ignoreCase: ignoreCase && hasCase });
}

/** For `d`, `s`, `w` and their complements `D`, `S`, `W`. */
function perlRanges(character: string): Ranges | undefined {
  const capital = own(perlClasses, character.toLowerCase());
  return own(perlClasses, character) ?? (capital && complementOf(capital));
}
