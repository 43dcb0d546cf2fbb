import { BlueprintError } from '../errors.ts';
import type { Rule } from '../model.ts';
import { type CompiledCondition, compileCondition } from './condition.ts';
import type { RequestFacts } from './request.ts';

/** A listener's rules in the order in which they are tried. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  readonly defaultRule: Rule;
}

interface CompiledRule {
  readonly rule: Rule;
  readonly conditions: readonly CompiledCondition[];
}

export interface RuleVerdict {
  readonly rule: Rule;
  readonly matched: boolean;
  /** Why, without the priority: `path /api/x does not match /worker, /worker/*`. */
  readonly reason: string;
}

/**
 * Prepares a listener's rules, in any order, for {@link matchRule}. Throws `BLUEPRINT_RULE_PATTERN_INVALID` when a
 * condition cannot be compiled, `BLUEPRINT_RULE_PRIORITY_INVALID` unless there is one default rule and no priority twice.
 */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const defaults = rules.filter(({ priority }) => priority === 'default');
  const [defaultRule] = defaults;
  if (defaultRule === undefined || defaults.length > 1) {
    throw new BlueprintError(
      'BLUEPRINT_RULE_PRIORITY_INVALID',
      `A listener needs exactly one default rule, but ${defaults.length} of its ${rules.length} rules are default rules.`,
    );
  }
  const ordered = rules
    .filter((rule) => rule !== defaultRule)
    .toSorted((a, b) => Number(a.priority) - Number(b.priority));
  for (const [index, { priority }] of ordered.entries()) {
    if (ordered[index + 1]?.priority === priority) {
      throw new BlueprintError(
        'BLUEPRINT_RULE_PRIORITY_INVALID',
        `Two rules of one listener have priority ${priority}; give each its own.`,
      );
    }
  }
  return { rules: ordered.map((rule) => ({ rule, conditions: rule.conditions.map(compileCondition) })), defaultRule };
}

/** The rule that takes the request: the first, by ascending priority, whose conditions all hold; else the default rule. */
export function matchRule(compiled: CompiledRules, request: RequestFacts): Rule {
  for (const { rule, conditions } of compiled.rules) {
    if (conditions.every((condition) => condition.matches(request))) return rule;
  }
  return compiled.defaultRule;
}

/** Every rule that is tried for the request, in order, up to and including the one that takes it. */
export function explainRules(compiled: CompiledRules, request: RequestFacts): RuleVerdict[] {
  const verdicts: RuleVerdict[] = [];
  for (const { rule, conditions } of compiled.rules) {
    const failed = conditions.find((condition) => !condition.matches(request));
    if (failed === undefined) {
      const reasons = conditions.map((condition) => sentence(condition, condition.holds, request));
      return [...verdicts, { rule, matched: true, reason: reasons.join(' and ') }];
    }
    verdicts.push({ rule, matched: false, reason: sentence(failed, failed.fails, request) });
  }
  const reason = verdicts.length === 0 ? 'the listener has no other rule' : 'no rule before it matched';
  return [...verdicts, { rule: compiled.defaultRule, matched: true, reason }];
}

function sentence(condition: CompiledCondition, verb: string, request: RequestFacts): string {
  return `${condition.subject(request)} ${verb} ${condition.values}`;
}
