export * from './model.ts';
export { BlueprintError, type BlueprintErrorCode, blueprintErrors } from './errors.ts';
export { parseBlueprint } from './parse.ts';
export { printBlueprint } from './print.ts';
export type { ReadOptions } from './blueprint-of.ts';
export { readBlueprint } from './read.ts';
export { compileRules, type CompiledRules, explainRules, matchRule, type RuleVerdict } from './rules/match.ts';
export { compileRegex, compileRegexSearch } from './rules/regex.ts';
export { ruleDecisions } from './rules/decisions.ts';
export { type ActionProblem, type ActionSurroundings, checkAction } from './rules/action-limits.ts';
export { checkRule, rulePriorityMax, rulesPerLoadBalancerMax } from './rules/rule-limits.ts';
export type { RequestFacts } from './rules/request.ts';
export { named, servicesBehind, subnetsOfService, zonesOfService } from './queries.ts';
export { loadBalancerSettings, type LoadBalancerSettings } from './settings/load-balancer.ts';
export {
  type HealthyTargetsMin,
  type Stickiness,
  targetGroupSettings,
  type TargetGroupSettings,
} from './settings/target-group.ts';
