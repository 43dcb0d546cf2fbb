import { compileRegex, type Rule } from '@switchyard/blueprint';

type TransformStatus =
  | 'TransformSuccess'
  | 'TransformInvalidHost'
  | 'TransformInvalidPath'
  | 'TransformReplaceError'
  | 'TransformBufferTooSmall';

/** What a rule's transforms make of a request. `host` and `uri` are absent where they changed nothing. */
export interface Transformed {
  readonly host?: string;
  /** Path and, if there is one, `?query`. */
  readonly uri?: string;
  readonly status: TransformStatus;
}

/** Answers `undefined` when no transform of the rule applies to the request. */
export type Transform = (request: { readonly host: string; readonly uri: string }) => Transformed | undefined;

const URI_CHARACTERS_MAX = 16_384;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?$/i;
const URI = /^\/[\x21-\x7e\x80-\xff]*$/;

/**
 * Compiles a rule's transforms; `undefined` when it has none. The host is rewritten without its port, the URL as path
 * plus query; the first match is replaced, the rest kept. Throws `BLUEPRINT_RULE_PATTERN_INVALID`.
 *
 * AWS source: "Transforms for listener rules".
 */
export function compileTransforms(rule: Rule): Transform | undefined {
  if (rule.transforms.length === 0) return undefined;
  const rewrites = rule.transforms.map(({ type, regex, replace }) => ({
    type,
    replace,
    pattern: compileRegex(regex, { ignoreCase: type === 'host-header-rewrite' }),
  }));
  return ({ host, uri }) => {
    let changed: { host?: string; uri?: string } | undefined;
    for (const { type, pattern, replace } of rewrites) {
      const subject = type === 'url-rewrite' ? uri : host;
      const match = pattern.exec(subject);
      if (match === null) continue;
      const { index } = match;
      const result = subject.slice(0, index) + expand(replace, match) + subject.slice(index + match[0].length);
      if (result.length > URI_CHARACTERS_MAX) return { status: 'TransformBufferTooSmall' };
      if (type === 'url-rewrite' && !URI.test(result)) return { status: 'TransformInvalidPath' };
      if (type === 'host-header-rewrite' && !HOST.test(result)) return { status: 'TransformInvalidHost' };
      changed = type === 'url-rewrite' ? { ...changed, uri: result } : { ...changed, host: result };
    }
    return changed === undefined ? undefined : { ...changed, status: 'TransformSuccess' };
  };
}

/** `$1` is the first group's text, empty when the group took no part. */
function expand(template: string, match: RegExpExecArray): string {
  return template.replaceAll(/\$(?:(\d{1,2})|\{(\d{1,2})\})/g, (_, bare?: string, braced?: string) => {
    return match[Number(bare ?? braced)] ?? '';
  });
}
