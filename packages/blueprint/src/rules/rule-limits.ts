import type { Rule, RuleCondition } from '../model.ts';
import { ruleDecisions } from './decisions.ts';
import { compileRegex } from './regex.ts';

const singleFields = new Set<RuleCondition['field']>([
  'host-header',
  'http-request-method',
  'path-pattern',
  'source-ip',
]);
const valuesMax = 5;
const valueLengthMax = 128;
const headerNameLengthMax = 40;
const rewriteLengthMax = 1024;

export const rulePriorityMax = 50_000;

/** By default, not counting default rules: an account's quota may be raised. */
export const rulesPerLoadBalancerMax = 100;

/**
 * What values may be made of, wildcards included; regular expressions may have any visible character. The guide lists neither
 * `%` nor the backslash; without them no path could be named that has other characters.
 */
const characters = {
  'host-header': /^[A-Za-z\d._*?\\-]*$/,
  'path-pattern': /^[A-Za-z\d_.$/~"'@:+&*?%\\-]*$/,
} as const satisfies Partial<Record<RuleCondition['field'], RegExp>>;

/**
 * What an ALB's API would refuse about a rule with a priority, as a sentence, or `undefined`.
 * Source: "Listener rules" and "Quotas" of the Application Load Balancer user guide.
 */
export function checkRule(rule: Rule): string | undefined {
  const { priority, conditions, transforms } = rule;
  if (typeof priority !== 'number' || !Number.isInteger(priority) || priority < 1 || priority > rulePriorityMax) {
    return `the priority ${priority} is no whole number from 1 to ${rulePriorityMax}.`;
  }
  if (conditions.length === 0) return 'a rule with a priority needs a condition.';
  const fields = conditions.map(({ field }) => field);
  const repeated = fields.find((field, index) => singleFields.has(field) && fields.indexOf(field) !== index);
  if (repeated !== undefined) return `a rule has at most one ${repeated} condition; put the values into one.`;
  const patterns = conditions.flatMap(patternsOf);
  if (patterns.length > valuesMax) {
    return `a rule has at most ${valuesMax} values in all its conditions, this one ${patterns.length}; split it into two rules.`;
  }
  const busy = conditions.find((condition) => patternsOf(condition).length > ruleDecisions.valuesPerConditionMax);
  if (busy !== undefined)
    return `a condition has at most ${ruleDecisions.valuesPerConditionMax} values, that on ${busy.field} has more.`;
  const wildcards = conditions
    .flatMap((condition) => ('regexValues' in condition ? [] : patternsOf(condition)))
    .join(' ');
  const wildcardCount = wildcards.replaceAll(/\\[*?]/g, '').replaceAll(/[^*?]/g, '').length;
  const { wildcardsPerRuleMax } = ruleDecisions;
  if (wildcardCount > wildcardsPerRuleMax)
    return `a rule has at most ${wildcardsPerRuleMax} wildcards, this one ${wildcardCount}.`;
  return conditions.map(checkCondition).find((problem) => problem !== undefined) ?? checkTransforms(transforms);
}

function patternsOf(condition: RuleCondition): string[] {
  if (condition.field === 'query-string') return condition.values.map(({ key = '', value }) => key + value);
  if ('regexValues' in condition && condition.regexValues !== undefined) return [...condition.regexValues];
  return [...(condition.values ?? [])];
}

function checkCondition(condition: RuleCondition): string | undefined {
  const { field } = condition;
  const values =
    field === 'query-string' ? condition.values.flatMap(({ key, value }) => [key ?? '', value]) : patternsOf(condition);
  if (values.length === 0) return `the ${field} condition has no values.`;
  if (patternsOf(condition).includes('')) return `the ${field} condition has an empty value.`;
  if ('regexValues' in condition && condition.regexValues && condition.values) {
    return `the ${field} condition has values and regular expressions; use one kind.`;
  }
  const long = values.find((value) => value.length > valueLengthMax);
  if (long !== undefined) return `a value of the ${field} condition has more than ${valueLengthMax} characters.`;
  const odd = values.find((value) => !/^[ -~]*$/.test(value));
  if (odd !== undefined) return `the value ${JSON.stringify(odd)} of the ${field} condition is not visible ASCII.`;
  return checkCharacters(condition) ?? checkField(condition);
}

function checkCharacters(condition: RuleCondition): string | undefined {
  if (condition.field !== 'host-header' && condition.field !== 'path-pattern') return undefined;
  const allowed = characters[condition.field];
  const odd = condition.values?.find((value) => !allowed.test(value));
  if (odd === undefined) return undefined;
  return `the value ${odd} of the ${condition.field} condition has a character that an ALB refuses there; a regular expression goes into RegexValues.`;
}

function checkField(condition: RuleCondition): string | undefined {
  if (condition.field === 'http-header') {
    const name = condition.httpHeaderName;
    if (name.length > headerNameLengthMax || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      return `${JSON.stringify(name)} is no header name.`;
    if (name.toLowerCase() === 'host')
      return 'an http-header condition cannot ask for Host; use a host-header condition.';
  }
  if (condition.field === 'host-header') {
    const flat = condition.values?.find((value) => !value.includes('.'));
    if (flat !== undefined) return `the host ${flat} has no dot, which an ALB refuses.`;
  }
  if (condition.field === 'http-request-method') {
    const odd = condition.values.find((value) => !/^[A-Z_-]{1,40}$/.test(value));
    if (odd !== undefined) return `${odd} is no method in upper case.`;
  }
  return undefined;
}

function checkTransforms(transforms: Rule['transforms']): string | undefined {
  const types = transforms.map(({ type }) => type);
  if (new Set(types).size !== types.length) return 'a rule has at most one transform of each type.';
  const long = transforms.find(
    ({ regex, replace }) => regex.length > rewriteLengthMax || replace.length > rewriteLengthMax,
  );
  if (long !== undefined) return `a ${long.type} transform has more than ${rewriteLengthMax} characters.`;
  for (const { regex } of transforms) compileRegex(regex, { ignoreCase: false });
  return undefined;
}
