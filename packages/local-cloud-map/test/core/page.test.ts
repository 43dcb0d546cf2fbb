import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageOf, passes, requireFilters, type Filter } from '../../src/core/page.ts';

describe('pageOf', () => {
  test('gives every item once, in order, however large the pages are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 10 }), (keys, maxResults) => {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = pageOf(keys, (key) => key, { after, maxResults });
          expect(page.items.length).toBeLessThanOrEqual(maxResults);
          seen.push(...page.items);
          after = page.next;
        } while (after !== undefined);
        expect(new Set(seen)).toEqual(new Set(keys));
        expect(seen).toHaveLength(keys.length);
      }),
    );
  });

  test('does not move the pages that follow when an item before them goes', () => {
    const keys = ['a', 'b', 'c', 'd'];
    const { next } = pageOf(keys, (key) => key, { after: undefined, maxResults: 2 });
    expect(pageOf(keys.slice(1), (key) => key, { after: next, maxResults: 2 }).items).toEqual(['c', 'd']);
  });
});

describe('filters', () => {
  const filter = (condition: Filter['condition'], ...values: string[]): Filter => ({ name: 'TYPE', condition, values });

  test.each([
    [filter('EQ', 'HTTP'), 'HTTP', true],
    [filter('EQ', 'HTTP'), 'DNS_PRIVATE', false],
    [filter('IN', 'A', 'B'), 'B', true],
    [filter('IN', 'A', 'B'), 'C', false],
    [filter('BEGINS_WITH', 'DNS'), 'DNS_PRIVATE', true],
    [filter('BEGINS_WITH', 'DNS'), 'HTTP', false],
    [filter('BETWEEN', '10', '20'), '15', true],
    [filter('BETWEEN', '10', '20'), '9', false],
  ])('%j on %s is %s', (one, fact, expected) => {
    expect(passes([one], () => fact)).toBe(expected);
  });

  test('must all hold', () => {
    expect(passes([filter('EQ', 'A'), filter('EQ', 'B')], () => 'A')).toBe(false);
  });

  test('that hold of a fact that is absent do not exist', () => {
    expect(passes([filter('EQ', '')], () => undefined)).toBe(false);
  });

  test.each([
    ['an unknown name', { ...filter('EQ', 'x'), name: 'constructor' }],
    ['a condition that the name does not have', filter('IN', 'x')],
    ['two values where one belongs', filter('EQ', 'x', 'y')],
    ['no value', filter('EQ')],
  ])('are refused with %s', (_, one) => {
    expect(() => requireFilters([one], { TYPE: ['EQ'] })).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });
});
