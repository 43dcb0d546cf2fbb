import { BlueprintError } from '../errors.ts';
import { compileSearch, type RegexSearch } from '../regex/search.ts';
import { parseRegex } from '../regex/syntax.ts';

/** Constructs that ALB's engine rejects, so that a rule cannot hold here and fail in the account. */
const rejected: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^\(\?(?:=|!)/, what: 'lookahead' },
  { pattern: /^\(\?<(?:=|!)/, what: 'lookbehind' },
  { pattern: /^\(\?>/, what: 'an atomic group' },
  { pattern: /^\(\?(?:R|\d|[+-]\d|&|P>)/, what: 'a subroutine call or recursion' },
  { pattern: /^\(\?P=/, what: 'a backreference' },
  { pattern: /^\(\?\(/, what: 'a conditional group' },
  { pattern: /^\\(?:[1-9]|k[<{']|g[<{'\d])/, what: 'a backreference' },
  { pattern: /^\\[pP]/, what: 'a Unicode property' },
  { pattern: /^(?:[*+?]|\{\d+(?:,\d*)?\})\+/, what: 'a possessive quantifier' },
];

interface RegexOptions {
  readonly ignoreCase: boolean;
}

/**
 * Compiles a regular expression of a condition (`RegexValues`) into a search whose time is bounded by expression ×
 * subject, as that of ALB's engine is. Throws `BLUEPRINT_RULE_PATTERN_INVALID` for what is no regular expression in
 * RE2's syntax or uses a construct that AWS rejects.
 */
export function compileRegexSearch(source: string, options: RegexOptions): RegexSearch {
  return accepted(source, () => compileSearch(parseRegex(source, options)));
}

/** Like {@link compileRegexSearch}, as JavaScript's own kind: for transforms, which need what the groups have matched. */
export function compileRegex(source: string, options: RegexOptions): RegExp {
  return accepted(source, () => {
    parseRegex(source, options);
    const inlineIgnoreCase = source.startsWith('(?i)');
    const body = (inlineIgnoreCase ? source.slice(4) : source).replaceAll('(?P<', '(?<');
    return new RegExp(body, options.ignoreCase || inlineIgnoreCase ? 'i' : '');
  });
}

function accepted<Compiled>(source: string, compile: () => Compiled): Compiled {
  const construct = rejectedConstructIn(source);
  if (construct !== undefined) {
    throw new BlueprintError(
      'BLUEPRINT_RULE_PATTERN_INVALID',
      `The regular expression ${source} uses ${construct}, which an Application Load Balancer rejects; write it without.`,
    );
  }
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BlueprintError(
      'BLUEPRINT_RULE_PATTERN_INVALID',
      `The regular expression ${source} ${error.message}; correct it in the rule.`,
      { cause: error },
    );
  }
}

function rejectedConstructIn(source: string): string | undefined {
  let inClass = false;
  for (let index = 0; index < source.length; index += 1) {
    const character = source.charAt(index);
    const rest = source.slice(index);
    const applies = inClass ? character === '\\' && /^\\[pP]/.test(rest) : true;
    const found = applies ? rejected.find(({ pattern }) => pattern.test(rest)) : undefined;
    if (found !== undefined) return found.what;
    if (character === '\\') index += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
  }
  return undefined;
}
