import { describe, expect, test } from 'vitest';
import { compileRegex, compileRegexSearch } from '../../src/rules/regex.ts';

describe("a transform's regular expression", () => {
  test('replaces what it matches, with what its groups hold', () => {
    const regex = compileRegex('(?i)^/dp/(?P<id>[a-z0-9]+)/?$', { ignoreCase: false });
    expect('/DP/b00/'.replace(regex, '/product?id=$1')).toBe('/product?id=b00');
  });

  test.each(['(?=a)', '(a', 'a{2}+', String.raw`(a)\1`])('%s is refused, like that of a condition', (source) => {
    const refused = expect.objectContaining({ code: 'BLUEPRINT_RULE_PATTERN_INVALID' });
    expect(() => compileRegex(source, { ignoreCase: false })).toThrow(refused);
    expect(() => compileRegexSearch(source, { ignoreCase: false })).toThrow(refused);
  });
});
