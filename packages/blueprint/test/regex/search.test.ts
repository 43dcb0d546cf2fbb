import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSearch } from '../../src/regex/search.ts';
import { parseRegex } from '../../src/regex/syntax.ts';

const search = (source: string, ignoreCase = false) => compileSearch(parseRegex(source, { ignoreCase }));

/** Expressions whose meaning RE2 and JavaScript share. */
const atom = fc.constantFrom(
  'a',
  'b',
  'A',
  '/',
  '.',
  '[ab]',
  '[^a]',
  '[a-c/]',
  String.raw`\w`,
  String.raw`\D`,
  String.raw`\b`,
  '^',
  '$',
  String.raw`\.`,
);
const { regex } = fc.letrec<{ regex: string; part: string; sequence: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc
      .tuple(
        atom.filter((one) => !['^', '$', String.raw`\b`].includes(one)),
        fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?'),
      )
      .map((both) => both.join('')),
    tie('regex').map((inner) => `(${inner})`),
    fc
      .tuple(tie('regex'), fc.constantFrom('*', '+', '?', '{0,2}'))
      .map(([inner, quantifier]) => `(?:${inner})${quantifier}`),
  ),
  sequence: fc.array(tie('part'), { maxLength: 3 }).map((parts) => parts.join('')),
  regex: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((options) => options.join('|')),
}));

describe('a search', () => {
  test("finds exactly what JavaScript's own regular expressions find", () => {
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'c', '/', '.'), maxLength: 8 });
    fc.assert(
      fc.property(regex, fc.boolean(), subject, (source, ignoreCase, text) => {
        expect(search(source, ignoreCase)(text)).toBe(new RegExp(source, ignoreCase ? 'i' : '').test(text));
      }),
      { numRuns: 500 },
    );
  });

  test('is done at once where backtracking would take for ever', () => {
    const path = `/${'a'.repeat(8000)}!`;
    expect(search('^(/?[a-z]+)+$')(path)).toBe(false);
    expect(search('(a*)*(a|aa)*b')(path)).toBe(false);
    expect(search('(x+x+)+y')('x'.repeat(8000))).toBe(false);
  });

  test.each([
    ['[[:digit:]]+x', '12x', true],
    ['^[[:^alpha:]]+$', '12x', false],
    [String.raw`\Qa.b\E`, 'a.b', true],
    [String.raw`\Qa.b\E`, 'axb', false],
    [String.raw`\Aab\z`, 'ab', true],
    [String.raw`\x41\x{42}`, 'AB', true],
    ['(?i)ab', 'AB', true],
    ['a(?i:b)c', 'aBc', true],
    ['a(?i:b)c', 'aBC', false],
    ['(?i)a(?-i)b', 'Ab', true],
    ['(?i)a(?-i)b', 'AB', false],
    ['(?m)^b$', 'a\nb\nc', true],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['(?P<name>a)(?<other>b)', 'ab', true],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['a{,2}', 'a{,2}', true],
    ['', '', true],
    ['^.+Chrome.+', 'Mozilla Chrome/1', true],
  ])('%s on %j answers %s', (source, subject, expected) => {
    expect(search(source)(subject)).toBe(expected);
  });

  test.each([
    '(a',
    'a)',
    '[a',
    '*a',
    'a**',
    'a{3,2}',
    'a{1001}',
    String.raw`\y`,
    '[b-a]',
    '[[:nope:]]',
    String.raw`\x4`,
    '(?z)a',
    'a\\',
  ])('is refused for %s', (source) => {
    expect(() => search(source)).toThrow(SyntaxError);
  });

  test('is refused when repetitions of repetitions make it too large', () => {
    expect(() => search('((a{100}){100}){100}')).toThrow('is too large when its repetitions are written out');
  });

  test('of any text is compiled or refused with a SyntaxError', () => {
    const text = fc.string({
      unit: fc.constantFrom(...String.raw`ab()[]{}*+?|^$\.-:,0i<P>=!`.split('')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (source) => {
        const outcome = outcomeOf(() => search(source)('ab'));
        expect(typeof outcome === 'boolean' || outcome instanceof SyntaxError, String(outcome)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
