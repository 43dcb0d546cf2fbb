/**
 * How this package decides what AWS leaves undocumented about rule matching. Each name is one decision; the code that
 * obeys it refers to it, and the fidelity table lists it.
 */
export const ruleDecisions = {
  /** `Values` of a host-header condition cannot hold a colon, so they are compared with the Host header without its port. */
  hostValuesIgnorePort: true,
  /** `RegexValues` of a host-header condition see the Host header as sent, port included. */
  hostRegexSeesPort: true,
  /** A regular expression is searched for, not anchored: the AWS examples anchor by hand. */
  regexIsUnanchoredSearch: true,
  /** Regular expressions have RE2's syntax and linear time: what AWS rejects (lookaround, backreferences …) points to that family. */
  regexIsLinear: true,
  /** Regular expressions on host and header ignore case, as their wildcard values do; on the path they respect it. */
  regexIgnoresCase: { 'host-header': true, 'http-header': true, 'path-pattern': false },
  /** Keys and values of the query string are compared as sent, without percent-decoding. */
  queryIsComparedRaw: true,
  /** A parameter without `=` is a key with the empty value. */
  queryKeyWithoutValueIsEmptyValue: true,
  /** `\*` and `\?` are literal in every kind of value, though AWS documents them for the query string only. */
  backslashEscapesEverywhere: true,
  /**
   * The user guide allows three values in a condition; the quotas know five in a rule, and the console, CDK and AWS's own
   * linter take all five in one condition.
   */
  valuesPerConditionMax: 5,
  /** The guide states five, the quotas six. */
  wildcardsPerRuleMax: 6,
  /** The path is compared as handed over: `//` is not merged and nothing is percent-decoded here. */
  pathIsComparedAsGiven: true,
  /** An IPv4 peer that a dual-stack socket reports as `::ffff:a.b.c.d` is that IPv4 address. */
  mappedSourceIsIpv4: true,
} as const;
