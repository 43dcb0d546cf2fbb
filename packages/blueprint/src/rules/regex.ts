import { BlueprintError } from '../errors.ts';

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

/**
 * Compiles a regular expression of a rule (`RegexValues`) or of a transform.
 * Throws `BLUEPRINT_RULE_PATTERN_INVALID` for what is no regular expression or uses a construct that AWS rejects.
 */
export function compileRegex(source: string, options: { readonly ignoreCase: boolean }): RegExp {
  const construct = rejectedConstructIn(source);
  if (construct !== undefined) {
    throw new BlueprintError(
      'BLUEPRINT_RULE_PATTERN_INVALID',
      `The regular expression ${source} uses ${construct}, which an Application Load Balancer rejects; write it without.`,
    );
  }
  const inlineIgnoreCase = source.startsWith('(?i)');
  const body = (inlineIgnoreCase ? source.slice(4) : source).replaceAll('(?P<', '(?<');
  try {
    return new RegExp(body, options.ignoreCase || inlineIgnoreCase ? 'i' : '');
  } catch (error) {
    throw new BlueprintError(
      'BLUEPRINT_RULE_PATTERN_INVALID',
      `The regular expression ${source} cannot be compiled; correct it in the rule's condition.`,
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
