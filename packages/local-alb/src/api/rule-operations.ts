import {
  type ActionSurroundings,
  compileRules,
  type Rule,
  rulePriorityMax,
  rulesPerLoadBalancerMax,
} from '@switchyard/blueprint';
import { AwsApiError, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import type { ListenerRuntime, Runtime } from '../effects/runtime.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import { invalid, recordsOf, requiredString } from './input.ts';
import { asInvalid, requireValidAction, requireValidRule } from './rule-limits.ts';
import { actionOf, conditionsOf, transformsOf } from './rule-input.ts';
import { listenerShape, ruleShape } from './shapes.ts';

/** The operations that change a listener's rules while it serves: the next request sees the change, whole or not at all. */
export function ruleOperations(
  runtime: Runtime,
  targetGroups: TargetGroups,
  nameOf: (arn: string) => string,
): Record<string, AwsOperation> {
  const arnOf = (name: string): string => runtime.targetGroups.get(name)?.arn ?? name;
  const shape = (rule: Rule) => ruleShape(rule, arnOf);

  const around = ({ blueprint }: ListenerRuntime): ActionSurroundings => ({
    protocol: blueprint.protocol,
    targetGroup: (name) => runtime.targetGroups.get(name)?.blueprint,
  });

  /** Puts the rules in place of the listener's; throws what the API answers when they cannot be. */
  const replace = (listener: ListenerRuntime, rules: readonly Rule[]): void => {
    const ordered = rules.toSorted((a, b) => rank(a) - rank(b));
    listener.rules = asInvalid(() => {
      for (const rule of ordered) runtime.transformOf(rule);
      return compileRules(ordered);
    });
    listener.blueprint = { ...listener.blueprint, rules: ordered };
    targetGroups.refreshUse();
  };

  return {
    CreateRule(input) {
      const listener = listenerOf(runtime, requiredString(input, 'ListenerArn'));
      const { rules } = listener.blueprint;
      const priority = priorityOf(requiredString(input, 'Priority'));
      if (rules.some((rule) => rule.priority === priority)) throw priorityInUse(priority);
      const action = actionOf(input, nameOf);
      const conditions = conditionsOf(input) ?? [];
      if (action === undefined) throw invalid('Actions is required');
      if (conditions.length === 0) throw invalid('A rule must have at least one condition');
      const arn = `${listener.blueprint.arn.replace(':listener/', ':listener-rule/')}/${runtime.clock.randomHex().slice(0, 16)}`;
      const rule: Rule = { arn, priority, conditions, transforms: transformsOf(input) ?? [], action };
      requireValidRule(rule, around(listener));
      requireRoom(runtime);
      replace(listener, [...rules, rule]);
      return { Rules: [shape(rule)] };
    },
    DeleteRule(input) {
      const { listener, rule } = ruleOf(runtime, requiredString(input, 'RuleArn'));
      if (rule.priority === 'default')
        throw new AwsApiError('OperationNotPermitted', 'Default rules cannot be deleted');
      replace(
        listener,
        listener.blueprint.rules.filter((candidate) => candidate !== rule),
      );
      return {};
    },
    ModifyRule(input) {
      const { listener, rule } = ruleOf(runtime, requiredString(input, 'RuleArn'));
      const conditions = conditionsOf(input);
      if (rule.priority === 'default') {
        throw new AwsApiError('OperationNotPermitted', 'The default rule is changed with ModifyListener');
      }
      const changed: Rule = {
        ...rule,
        conditions: conditions ?? rule.conditions,
        transforms: input['ResetTransforms'] === 'true' ? [] : (transformsOf(input) ?? rule.transforms),
        action: actionOf(input, nameOf) ?? rule.action,
      };
      requireValidRule(changed, around(listener));
      replace(
        listener,
        listener.blueprint.rules.map((candidate) => (candidate === rule ? changed : candidate)),
      );
      return { Rules: [shape(changed)] };
    },
    ModifyListener(input) {
      const listener = listenerOf(runtime, requiredString(input, 'ListenerArn'));
      const action = actionOf(input, nameOf, 'DefaultActions');
      if (action !== undefined) {
        requireValidAction({ action }, around(listener));
        replace(
          listener,
          listener.blueprint.rules.map((rule) => (rule.priority === 'default' ? { ...rule, action } : rule)),
        );
      }
      return { Listeners: [listenerShape(listener.blueprint, runtime.loadBalancer, arnOf)] };
    },
    SetRulePriorities(input) {
      const changed = (recordsOf(input, 'RulePriorities') ?? []).map((pair) => prioritised(runtime, pair));
      if (changed.length === 0) throw invalid('RulePriorities is required');
      const byArn = new Map(changed.map(({ rule }) => [rule.arn, rule]));
      if (byArn.size < changed.length) throw invalid('A rule ARN was specified more than once');
      const reordered = [...new Set(changed.map(({ listener }) => listener))].map((listener) => ({
        listener,
        rules: listener.blueprint.rules.map((rule) => byArn.get(rule.arn) ?? rule),
      }));
      for (const { rules } of reordered) requireDistinctPriorities(rules);
      for (const { listener, rules } of reordered) replace(listener, rules);
      return { Rules: changed.map(({ rule }) => shape(rule)) };
    },
  };
}

function prioritised(runtime: Runtime, pair: AwsInput) {
  const { listener, rule } = ruleOf(runtime, requiredString(pair, 'RuleArn'));
  if (rule.priority === 'default') {
    throw new AwsApiError('OperationNotPermitted', 'The priority of a default rule cannot be changed');
  }
  return { listener, rule: { ...rule, priority: priorityOf(requiredString(pair, 'Priority')) } };
}

function requireDistinctPriorities(rules: readonly Rule[]): void {
  const twice = rules.find((rule, at) => rules.findIndex((other) => other.priority === rule.priority) !== at);
  if (twice !== undefined) throw priorityInUse(twice.priority);
}

function requireRoom(runtime: Runtime): void {
  const count = runtime.listeners.reduce((sum, { blueprint }) => sum + blueprint.rules.length - 1, 0);
  if (count < rulesPerLoadBalancerMax) return;
  throw new AwsApiError('TooManyRules', `A load balancer has at most ${rulesPerLoadBalancerMax} rules`);
}

function rank(rule: Rule): number {
  return rule.priority === 'default' ? Number.POSITIVE_INFINITY : rule.priority;
}

function priorityOf(text: string): number {
  const priority = Number(text);
  if (!Number.isInteger(priority) || priority < 1 || priority > rulePriorityMax) {
    throw invalid(`'${text}' is not a valid rule priority: it must be between 1 and ${rulePriorityMax}`);
  }
  return priority;
}

function priorityInUse(priority: number | 'default'): AwsApiError {
  return new AwsApiError('PriorityInUse', `Priority '${priority}' is currently in use`);
}

function listenerOf(runtime: Runtime, arn: string): ListenerRuntime {
  const listener = runtime.listeners.find((candidate) => candidate.blueprint.arn === arn);
  if (listener === undefined) throw new AwsApiError('ListenerNotFound', 'One or more listeners not found');
  return listener;
}

function ruleOf(runtime: Runtime, arn: string): { readonly listener: ListenerRuntime; readonly rule: Rule } {
  for (const listener of runtime.listeners) {
    const rule = listener.blueprint.rules.find((candidate) => candidate.arn === arn);
    if (rule !== undefined) return { listener, rule };
  }
  throw new AwsApiError('RuleNotFound', 'One or more rules not found');
}
