import type { RuleCondition } from '../model.ts';
import { compileAddressBlock } from './address-block.ts';
import { ruleDecisions } from './decisions.ts';
import { compileGlob } from './glob.ts';
import { compileQueryPair } from './query.ts';
import { compileRegexSearch } from './regex.ts';
import type { RequestFacts } from './request.ts';

/** One condition, ready to be asked. */
export interface CompiledCondition {
  matches(request: RequestFacts): boolean;
  /** The subject in words, as the condition sees it: `path /api/x`. */
  subject(request: RequestFacts): string;
  /** How the condition reads in a sentence: verb when it holds, verb when it does not, and its values. */
  readonly holds: string;
  readonly fails: string;
  readonly values: string;
}

type Test = (subject: string) => boolean;
type PatternCondition = Extract<RuleCondition, { readonly regexValues?: readonly string[] }>;
type HeaderCondition = Extract<RuleCondition, { readonly field: 'http-header' }>;
type QueryCondition = Extract<RuleCondition, { readonly field: 'query-string' }>;
type ListCondition = Exclude<RuleCondition, PatternCondition | QueryCondition>;

/** Throws `BLUEPRINT_RULE_PATTERN_INVALID` when a value cannot be compiled. */
export function compileCondition(condition: RuleCondition): CompiledCondition {
  switch (condition.field) {
    case 'host-header':
      return hostCondition(condition);
    case 'path-pattern': {
      const test = compileTests(condition, false);
      return { ...patternWords(condition), matches: ({ path }) => test(path), subject: ({ path }) => `path ${path}` };
    }
    case 'http-header':
      return headerCondition(condition);
    case 'http-request-method':
      return methodCondition(condition);
    case 'query-string':
      return queryCondition(condition);
    default:
      return sourceCondition(condition);
  }
}

function hostCondition(condition: PatternCondition): CompiledCondition {
  const test = compileTests(condition, true);
  const withPort = condition.regexValues !== undefined && ruleDecisions.hostRegexSeesPort;
  const host = withPort
    ? (request: RequestFacts) => request.host
    : (request: RequestFacts) => withoutPort(request.host);
  return {
    ...patternWords(condition),
    matches: (request) => test(host(request)),
    subject: (request) => `host ${host(request)}`,
  };
}

/** See `ruleDecisions.hostValuesIgnorePort`. */
function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
}

function headerCondition(condition: HeaderCondition): CompiledCondition {
  const name = condition.httpHeaderName.toLowerCase();
  const test = compileTests(condition, true);
  return {
    ...patternWords(condition),
    matches: (request) => request.header(name).some(test),
    subject(request) {
      const values = request.header(name);
      return values.length === 0
        ? `header ${condition.httpHeaderName}, which is absent,`
        : `header ${condition.httpHeaderName}: ${values.join(', ')}`;
    },
  };
}

function methodCondition(condition: ListCondition): CompiledCondition {
  const methods = new Set(condition.values);
  return {
    matches: ({ method }) => methods.has(method),
    subject: ({ method }) => `method ${method}`,
    holds: 'is one of',
    fails: 'is not one of',
    values: condition.values.join(', '),
  };
}

function queryCondition(condition: QueryCondition): CompiledCondition {
  const tests = condition.values.map(compileQueryPair);
  return {
    matches: ({ query }) => tests.some((test) => test(query)),
    subject: ({ query }) => (query === '' ? 'the empty query' : `query ${query}`),
    holds: 'has',
    fails: 'has no',
    values: condition.values.map(({ key, value }) => `${key ?? '(any key)'}=${value}`).join(', '),
  };
}

function sourceCondition(condition: ListCondition): CompiledCondition {
  const blocks = condition.values.map(compileAddressBlock);
  return {
    matches: ({ sourceIp }) => blocks.some((block) => block(sourceIp)),
    subject: ({ sourceIp }) => `source ${sourceIp}`,
    holds: 'is in',
    fails: 'is not in',
    values: condition.values.join(', '),
  };
}

function compileTests(condition: PatternCondition, ignoreCase: boolean): Test {
  const { values, regexValues } = condition;
  const tests =
    regexValues === undefined
      ? (values ?? []).map((value) => wildcardTest(value, ignoreCase))
      : regexValues.map((value) => regexTest(condition, value));
  const [first, second, ...more] = tests;
  if (first === undefined) return () => false;
  if (second === undefined) return first;
  if (more.length === 0) return (subject) => first(subject) || second(subject);
  return (subject) => tests.some((test) => test(subject));
}

function wildcardTest(pattern: string, ignoreCase: boolean): Test {
  if (!ignoreCase) return compileGlob(pattern);
  const glob = compileGlob(pattern.toLowerCase());
  return (subject) => glob(subject.toLowerCase());
}

function regexTest(condition: PatternCondition, source: string): Test {
  return compileRegexSearch(source, { ignoreCase: ruleDecisions.regexIgnoresCase[condition.field] });
}

function patternWords({
  values,
  regexValues,
}: PatternCondition): Pick<CompiledCondition, 'holds' | 'fails' | 'values'> {
  const listed = regexValues === undefined ? (values ?? []) : regexValues.map((value) => `regex ${value}`);
  return { holds: 'matches', fails: 'does not match', values: listed.join(', ') };
}
