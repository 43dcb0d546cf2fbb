export interface Rule {
  readonly arn: string;
  /** 1–50000, or `default`. */
  readonly priority: number | 'default';
  /** All must hold. Empty only for the default rule. */
  readonly conditions: readonly RuleCondition[];
  readonly transforms: readonly RuleTransform[];
  readonly action: RuleAction;
}

/** One condition; one of its values must hold. `values` are wildcard patterns, `regexValues` regular expressions; never both. */
export type RuleCondition =
  | {
      readonly field: 'host-header' | 'path-pattern';
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | {
      readonly field: 'http-header';
      readonly httpHeaderName: string;
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | { readonly field: 'http-request-method' | 'source-ip'; readonly values: readonly string[] }
  | { readonly field: 'query-string'; readonly values: readonly { readonly key?: string; readonly value: string }[] };

export interface RuleTransform {
  readonly type: 'host-header-rewrite' | 'url-rewrite';
  readonly regex: string;
  readonly replace: string;
}

export type RuleAction = ForwardAction | RedirectAction | FixedResponseAction;

export interface ForwardAction {
  readonly type: 'forward';
  /** 1–5, each with a weight of 0–999. */
  readonly targetGroups: readonly { readonly targetGroup: string; readonly weight: number }[];
  /** Group stickiness; absent: off. */
  readonly stickinessDurationSeconds?: number;
}

/** What is absent keeps the request's own value. May hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}`. */
export interface RedirectAction {
  readonly type: 'redirect';
  readonly statusCode: 301 | 302;
  readonly protocol?: string;
  readonly host?: string;
  readonly port?: string;
  readonly path?: string;
  readonly query?: string;
}

export interface FixedResponseAction {
  readonly type: 'fixed-response';
  readonly statusCode: number;
  readonly contentType?: string;
  readonly messageBody?: string;
}
