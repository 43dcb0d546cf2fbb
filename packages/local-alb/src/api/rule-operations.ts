import { BlueprintError, compileRules, type Rule } from '@switchyard/blueprint';
import { AwsApiError, type AwsInput, type AwsOperation } from '@switchyard/local-aws-endpoint';
import type { ListenerRuntime, Runtime } from '../effects/runtime.ts';
import type { TargetGroups } from '../effects/target-groups.ts';
import { invalid, recordsOf, requiredString } from './input.ts';
import { type ActionContext, requireValidAction, requireValidRule } from './rule-limits.ts';
import { actionOf, conditionsOf, transformsOf } from './rule-input.ts';
import { listenerShape, ruleShape } from './shapes.ts';

const PRIORITY_MAX = 50_000;
/** Per load balancer, not counting default rules. */
const RULES_MAX = 100;

/** The operations that change a listener's rules while it serves: the next request sees the change, whole or not at all. */
export function ruleOperations(
  runtime: Runtime,
  targetGroups: TargetGroups,
  nameOf: (arn: string) => string,
): Record<string, AwsOperation> {
  const arnOf = (name: string): string => runtime.targetGroups.get(name)?.arn ?? name;
  const shape = (rule: Rule) => ruleShape(rule, arnOf);

  const contextOf = (listener: ListenerRuntime): ActionContext => ({
    protocol: listener.blueprint.protocol,
    protocolVersionOf: (name) => runtime.targetGroups.get(name)?.blueprint.protocolVersion,
  });
  /** Throws what the API answers when it refuses the rule. */
  const requireValid = (listener: ListenerRuntime, rule: Rule): void => {
    requireValidAction(rule, contextOf(listener));
    try {
      requireValidRule(rule);
    } catch (error) {
      if (error instanceof BlueprintError) throw invalid(error.message);
      throw error;
    }
  };

  /** Puts the rules in place of the listener's; throws what the API answers when they cannot be. */
  const replace = (listener: ListenerRuntime, rules: readonly Rule[]): void => {
    const ordered = rules.toSorted((a, b) => rank(a) - rank(b));
    try {
      for (const rule of ordered) runtime.transformOf(rule);
      listener.rules = compileRules(ordered);
    } catch (error) {
      if (error instanceof BlueprintError) throw invalid(error.message);
      throw error;
    }
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
      requireValid(listener, rule);
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
      requireValid(listener, changed);
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
        requireValidAction({ action }, contextOf(listener));
        replace(
          listener,
          listener.blueprint.rules.map((rule) => (rule.priority === 'default' ? { ...rule, action } : rule)),
        );
      }
      return { Listeners: [listenerShape(listener.blueprint, runtime.loadBalancer, arnOf)] };
    },
    SetRulePriorities(input) {
      const pairs = recordsOf(input, 'RulePriorities') ?? [];
      const changed = pairs.map((pair) => prioritised(runtime, pair));
      const [first] = changed;
      if (first === undefined) throw invalid('RulePriorities is required');
      const { listener } = first;
      const rules = listener.blueprint.rules.map(
        (rule) => changed.find((change) => change.rule.arn === rule.arn)?.rule ?? rule,
      );
      const twice = rules.find((rule, at) => rules.findIndex((other) => other.priority === rule.priority) !== at);
      if (twice !== undefined) throw priorityInUse(twice.priority);
      replace(listener, rules);
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

function requireRoom(runtime: Runtime): void {
  const count = runtime.listeners.reduce((sum, { blueprint }) => sum + blueprint.rules.length - 1, 0);
  if (count >= RULES_MAX) throw new AwsApiError('TooManyRules', `A load balancer has at most ${RULES_MAX} rules`);
}

function rank(rule: Rule): number {
  return rule.priority === 'default' ? Number.POSITIVE_INFINITY : rule.priority;
}

function priorityOf(text: string): number {
  const priority = Number(text);
  if (!Number.isInteger(priority) || priority < 1 || priority > PRIORITY_MAX) {
    throw invalid(`'${text}' is not a valid rule priority: it must be between 1 and ${PRIORITY_MAX}`);
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
