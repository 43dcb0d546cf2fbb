import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rule, RuleCondition } from '../../src/model.ts';
import { compileRules, explainRules, matchRule } from '../../src/rules/match.ts';
import type { RequestFacts } from '../../src/rules/request.ts';

interface Facts extends Partial<Omit<RequestFacts, 'header'>> {
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

function request({ headers = {}, ...facts }: Facts): RequestFacts {
  const plain = { method: 'GET', host: 'lab.example.com', path: '/', query: '', sourceIp: '127.0.0.1' };
  return { ...plain, ...facts, header: (name) => headers[name] ?? [] };
}

function rule(priority: number | 'default', ...conditions: RuleCondition[]): Rule {
  const action = { type: 'fixed-response', statusCode: 200, messageBody: String(priority) } as const;
  return { arn: `arn:rule/${priority}`, priority, conditions, transforms: [], action };
}

const path = (...values: string[]): RuleCondition => ({ field: 'path-pattern', values });

function takes(condition: RuleCondition, facts: Facts): boolean {
  return matchRule(compileRules([rule(1, condition), rule('default')]), request(facts)).priority === 1;
}

describe('rules', () => {
  test('are tried by ascending priority, the default rule last, however they are listed', () => {
    const rules = compileRules([rule('default'), rule(30, path('/api/x')), rule(20, path('/api/*'))]);
    expect(matchRule(rules, request({ path: '/api/x' })).priority).toBe(20);
    expect(matchRule(rules, request({ path: '/x' })).priority).toBe('default');
  });

  test('match only when every condition holds', () => {
    const worker: RuleCondition = { field: 'http-header', httpHeaderName: 'X-Service', values: ['worker'] };
    const rules = compileRules([rule(40, worker, path('/whoami')), rule('default')]);
    const headers = { 'x-service': ['worker'] };
    expect(matchRule(rules, request({ path: '/whoami', headers })).priority).toBe(40);
    expect(matchRule(rules, request({ path: '/other', headers })).priority).toBe('default');
    expect(matchRule(rules, request({ path: '/whoami' })).priority).toBe('default');
  });

  test('are refused without a default rule, with two, or with a priority given twice', () => {
    const code = { code: 'BLUEPRINT_RULE_PRIORITY_INVALID' };
    expect(() => compileRules([rule(1, path('/'))])).toThrow(expect.objectContaining(code));
    expect(() => compileRules([rule('default'), rule('default')])).toThrow(expect.objectContaining(code));
    expect(() => compileRules([rule(7, path('/a')), rule(7, path('/b')), rule('default')])).toThrow(
      'Two rules of one listener have priority 7; give each its own.',
    );
  });
});

describe('a condition', () => {
  test('on the path respects case and never sees the query', () => {
    expect(takes(path('/Api'), { path: '/Api', query: 'a' })).toBe(true);
    expect(takes(path('/api'), { path: '/Api' })).toBe(false);
    expect(takes(path('/application/*'), { path: '/application//api' })).toBe(true);
  });

  test('on the host ignores case and the port', () => {
    const host: RuleCondition = { field: 'host-header', values: ['*.Example.com'] };
    expect(takes(host, { host: 'WWW.example.COM:8443' })).toBe(true);
    expect(takes(host, { host: 'example.com' })).toBe(false);
  });

  test('on the host sees the port when it is a regular expression', () => {
    const host: RuleCondition = { field: 'host-header', regexValues: [String.raw`^example\.com:8443$`] };
    expect(takes(host, { host: 'example.com:8443' })).toBe(true);
    expect(takes(host, { host: 'example.com' })).toBe(false);
  });

  test('on a header ignores case, tries every line and fails when the header is absent', () => {
    const header: RuleCondition = {
      field: 'http-header',
      httpHeaderName: 'User-Agent',
      values: ['*Chrome*', 'curl/?.*'],
    };
    expect(takes(header, { headers: { 'user-agent': ['x', 'CURL/8.5'] } })).toBe(true);
    expect(takes(header, { headers: { 'user-agent': ['wget'] } })).toBe(false);
    expect(takes(header, {})).toBe(false);
  });

  test('on the method is exact: HEAD is not covered by GET', () => {
    const method: RuleCondition = { field: 'http-request-method', values: ['GET', 'PURGE'] };
    expect(takes(method, { method: 'PURGE' })).toBe(true);
    expect(takes(method, { method: 'HEAD' })).toBe(false);
    expect(takes(method, { method: 'get' })).toBe(false);
  });

  test('on the query compares raw parameters, ignoring case', () => {
    const query: RuleCondition = {
      field: 'query-string',
      values: [{ key: 'version', value: 'v*' }, { value: '*beta*' }],
    };
    expect(takes(query, { query: 'x=1&Version=V2' })).toBe(true);
    expect(takes(query, { query: 'any=a-BETA-b' })).toBe(true);
    expect(takes(query, { query: 'version=%76' })).toBe(false);
    expect(takes(query, { query: 'x=1#version=v2' })).toBe(false);
    expect(takes(query, { query: '' })).toBe(false);
  });

  test('on the query takes an escaped star literally', () => {
    const query: RuleCondition = { field: 'query-string', values: [{ key: 'q', value: String.raw`\*` }] };
    expect(takes(query, { query: 'q=*' })).toBe(true);
    expect(takes(query, { query: 'q=a' })).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/32', '2001:0db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['::1/128', '::1', true],
    ['127.0.0.1/32', 'nonsense', false],
  ])('on the source %s answers for %s: %s', (block, sourceIp, expected) => {
    expect(takes({ field: 'source-ip', values: [block] }, { sourceIp })).toBe(expected);
  });

  test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '1::2::3/64', '255.255.255.255/32', '10.0.0.0/8/9'])(
    'refuses %s as an address block',
    (block) => {
      expect(() => takes({ field: 'source-ip', values: [block] }, {})).toThrow(
        expect.objectContaining({ code: 'BLUEPRINT_RULE_PATTERN_INVALID' }),
      );
    },
  );
});

describe('a regular expression', () => {
  test('is searched for in the path, respecting case', () => {
    const regex: RuleCondition = { field: 'path-pattern', regexValues: ['^/v[0-9]+/', 'beta$'] };
    expect(takes(regex, { path: '/v12/x' })).toBe(true);
    expect(takes(regex, { path: '/x/beta' })).toBe(true);
    expect(takes(regex, { path: '/x/BETA' })).toBe(false);
  });

  test.each([
    ['(?=a)', 'lookahead'],
    ['a(?<!b)', 'lookbehind'],
    ['(?>a)', 'an atomic group'],
    [String.raw`(a)\1`, 'a backreference'],
    ['a++', 'a possessive quantifier'],
    ['a{2}+', 'a possessive quantifier'],
    ['(a(?1)?)', 'a subroutine call or recursion'],
    [String.raw`\p{L}`, 'a Unicode property'],
    [String.raw`[\p{L}]`, 'a Unicode property'],
  ])('%s is refused, because it uses %s', (regex, what) => {
    expect(() => takes({ field: 'path-pattern', regexValues: [regex] }, {})).toThrow(
      `The regular expression ${regex} uses ${what}, which an Application Load Balancer rejects; write it without.`,
    );
  });

  test.each([String.raw`\\1`, '[*+]+', String.raw`a\++`, '(?:a)', '(?<name>a)', '(?P<name>a)', '(?i)a'])(
    '%s is accepted',
    (regex) => {
      expect(() => takes({ field: 'path-pattern', regexValues: [regex] }, {})).not.toThrow();
    },
  );

  test('that is none is refused with its text', () => {
    expect(() => takes({ field: 'path-pattern', regexValues: ['(a'] }, {})).toThrow(
      'The regular expression (a has a ( without its ) before position 2; correct it in the rule.',
    );
  });
});

describe('an explanation', () => {
  const lab = compileRules([
    rule(10, path('/internal', '/internal/*')),
    rule(20, path('/api', '/api/*')),
    rule(40, { field: 'http-header', httpHeaderName: 'X-Service', values: ['worker'] }, path('/whoami')),
    rule('default'),
  ]);

  test('names the reason for each rule up to the one that takes the request', () => {
    const verdicts = explainRules(lab, request({ path: '/api/x' }));
    expect(verdicts.map(({ rule: { priority }, matched, reason }) => ({ priority, matched, reason }))).toEqual([
      { priority: 10, matched: false, reason: 'path /api/x does not match /internal, /internal/*' },
      { priority: 20, matched: true, reason: 'path /api/x matches /api, /api/*' },
    ]);
  });

  test('says when a header is absent and when the default rule is left', () => {
    const verdicts = explainRules(lab, request({ path: '/whoami' }));
    expect(verdicts.slice(2).map(({ reason }) => reason)).toEqual([
      'header X-Service, which is absent, does not match worker',
      'no rule before it matched',
    ]);
  });

  test('joins the reasons of a rule with several conditions', () => {
    const verdicts = explainRules(lab, request({ path: '/whoami', headers: { 'x-service': ['worker'] } }));
    expect(verdicts.at(-1)?.reason).toBe('header X-Service: worker matches worker and path /whoami matches /whoami');
  });

  test('always agrees with the match', () => {
    const segment = fc.constantFrom('/api', '/worker', '/', '*', '?', 'x');
    const pathValue = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
    const condition: fc.Arbitrary<RuleCondition> = fc.oneof(
      fc.array(pathValue, { minLength: 1, maxLength: 3 }).map((values) => path(...values)),
      fc
        .constantFrom('GET', 'POST')
        .map((method): RuleCondition => ({ field: 'http-request-method', values: [method] })),
      fc
        .constantFrom('a', 'b')
        .map((value): RuleCondition => ({ field: 'query-string', values: [{ key: 'q', value }] })),
    );
    const rules = fc
      .array(fc.array(condition, { minLength: 1, maxLength: 2 }), { maxLength: 5 })
      .map((all) => compileRules([rule('default'), ...all.map((conditions, index) => rule(index + 1, ...conditions))]));
    const facts = fc
      .record({ path: pathValue, method: fc.constantFrom('GET', 'POST'), query: fc.constantFrom('', 'q=a', 'q=b') })
      .map(request);
    fc.assert(
      fc.property(rules, facts, (compiled, incoming) => {
        const verdicts = explainRules(compiled, incoming);
        const taking = matchRule(compiled, incoming);
        expect(verdicts.at(-1)).toMatchObject({ rule: taking, matched: true });
        expect(verdicts.slice(0, -1).every(({ matched }) => !matched)).toBe(true);
      }),
    );
  });
});
