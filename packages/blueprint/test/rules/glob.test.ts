import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from '../../src/rules/glob.ts';

/** The definition itself, by cases; exponential, hence only for short patterns. */
function oracle(pattern: string, subject: string): boolean {
  if (pattern === '') return subject === '';
  const [first = ''] = pattern;
  if (first === '*') return oracle(pattern.slice(1), subject) || (subject !== '' && oracle(pattern, subject.slice(1)));
  if (first === '\\' && (pattern[1] === '*' || pattern[1] === '?')) {
    return subject[0] === pattern[1] && oracle(pattern.slice(2), subject.slice(1));
  }
  return subject !== '' && (first === '?' || first === subject[0]) && oracle(pattern.slice(1), subject.slice(1));
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?', '\\'), maxLength: 8 });
const subject = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?', '\\'), maxLength: 10 });

describe('a wildcard pattern', () => {
  test('matches exactly what its definition says', () => {
    fc.assert(
      fc.property(pattern, subject, (p, s) => compileGlob(p)(s) === oracle(p, s)),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['/api/*', '/api/', true],
    ['/api/*', '/api/v1/x.y', true],
    ['/api/*', '/api', false],
    ['/api*', '/api', true],
    ['*.example.com', 'www.example.com', true],
    ['*.example.com', 'example.com', false],
    ['/img/*/small.???', '/img/a/b/small.png', true],
    ['/img/*/small.???', '/img/small.png', false],
    ['a*a', 'a', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    [String.raw`a\*`, 'a*', true],
    [String.raw`a\*`, 'ab', false],
  ])('%s on %s answers %s', (p, s, expected) => {
    expect(compileGlob(p)(s)).toBe(expected);
  });

  test('with many stars is decided at once on a long subject that almost matches', () => {
    const matches = compileGlob(`${'a*'.repeat(60)}b`);
    expect(matches('a'.repeat(16_000))).toBe(false);
    expect(matches(`${'a'.repeat(16_000)}b`)).toBe(true);
  });
});
