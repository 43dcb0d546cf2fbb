/** Inclusive ranges of UTF-16 code units. */
export type Ranges = readonly (readonly [number, number])[];

/** A set of characters that an expression accepts at one place. */
export interface CharacterSet {
  readonly ranges: Ranges;
  readonly negated: boolean;
  readonly ignoreCase: boolean;
}

const range = (from: string, to = from): readonly [number, number] => [from.charCodeAt(0), to.charCodeAt(0)];

const digits: Ranges = [range('0', '9')];
const lower: Ranges = [range('a', 'z')];
const upper: Ranges = [range('A', 'Z')];
const letters: Ranges = [...lower, ...upper];
const spaces: Ranges = [range('\t', '\n'), range('\f', '\r'), range(' ')];

export const wordRanges: Ranges = [...digits, ...letters, range('_')];

/** What `\d`, `\s` and `\w` stand for, in ASCII only. */
export const perlClasses: Readonly<Record<string, Ranges>> = { d: digits, s: spaces, w: wordRanges };

/** What `[[:alpha:]]` and its like stand for. */
export const posixClasses: Readonly<Record<string, Ranges>> = {
  alnum: [...digits, ...letters],
  alpha: letters,
  ascii: [[0, 0x7f]],
  blank: [range('\t'), range(' ')],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: digits,
  graph: [range('!', '~')],
  lower,
  print: [range(' ', '~')],
  punct: [range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')],
  space: [...spaces, range('\v')],
  upper,
  word: wordRanges,
  xdigit: [...digits, range('a', 'f'), range('A', 'F')],
};

/** Every character that is not in the ranges. */
export function complementOf(ranges: Ranges): Ranges {
  const complement: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > next) complement.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next <= 0xff_ff ? [...complement, [next, 0xff_ff]] : complement;
}

/** Compiles a set into a question to a code unit. */
export function compileSet({ ranges, negated, ignoreCase }: CharacterSet): (code: number) => boolean {
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined && only[0] === only[1] && !negated && !ignoreCase) {
    const [single] = only;
    return (code) => code === single;
  }
  /** Answers for ASCII, which nearly every subject is: 0 not asked yet, 1 no, 2 yes. */
  const answers = new Uint8Array(128);
  return (code) => {
    if (code >= answers.length) return isIn(code);
    answers[code] ||= isIn(code) ? 2 : 1;
    return answers[code] === 2;
  };

  function isIn(code: number): boolean {
    return (
      variantsOf(code, ignoreCase).some((variant) => ranges.some(([from, to]) => variant >= from && variant <= to)) !==
      negated
    );
  }
}

function variantsOf(code: number, ignoreCase: boolean): number[] {
  if (!ignoreCase) return [code];
  const character = String.fromCharCode(code);
  const variants = [character.toLowerCase(), character.toUpperCase()].filter((variant) => variant.length === 1);
  return [code, ...variants.map((variant) => variant.charCodeAt(0))];
}
