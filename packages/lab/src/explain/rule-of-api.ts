import type {
  Action as ApiAction,
  Rule as ApiRule,
  RuleCondition as ApiCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Rule, RuleAction, RuleCondition } from '@switchyard/blueprint';

/** A rule as DescribeRules answers it, as the blueprint's matcher takes it. */
export function ruleOfApi(rule: ApiRule): Rule {
  return {
    arn: rule.RuleArn ?? '',
    priority: rule.IsDefault === true || rule.Priority === 'default' ? 'default' : Number(rule.Priority),
    conditions: (rule.Conditions ?? []).map(conditionOfApi),
    transforms: [],
    action: actionOfApi(rule.Actions?.at(-1)),
  };
}

function conditionOfApi(condition: ApiCondition): RuleCondition {
  switch (condition.Field) {
    case 'host-header':
      return { field: 'host-header', ...patternsOf(condition.HostHeaderConfig, condition.Values) };
    case 'path-pattern':
      return { field: 'path-pattern', ...patternsOf(condition.PathPatternConfig, condition.Values) };
    case 'http-header':
      return {
        field: 'http-header',
        httpHeaderName: condition.HttpHeaderConfig?.HttpHeaderName ?? '',
        ...patternsOf(condition.HttpHeaderConfig),
      };
    case 'http-request-method':
      return { field: 'http-request-method', values: condition.HttpRequestMethodConfig?.Values ?? [] };
    case 'source-ip':
      return { field: 'source-ip', values: condition.SourceIpConfig?.Values ?? [] };
    case 'query-string':
      return {
        field: 'query-string',
        values: (condition.QueryStringConfig?.Values ?? []).map(({ Key, Value = '' }) => ({
          ...(Key !== undefined && { key: Key }),
          value: Value,
        })),
      };
    case undefined:
    default:
      throw new TypeError(`DescribeRules answered a condition on "${condition.Field}", which no rule can have.`);
  }
}

interface Patterns {
  Values?: string[] | undefined;
  RegexValues?: string[] | undefined;
}

function patternsOf(
  config: Patterns | undefined,
  legacy: string[] = [],
): { values: string[] } | { regexValues: string[] } {
  const { Values: values = legacy, RegexValues: regexValues = [] } = config ?? {};
  return regexValues.length > 0 ? { regexValues } : { values };
}

function actionOfApi(action: ApiAction | undefined): RuleAction {
  switch (action?.Type) {
    case 'forward': {
      const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
      return {
        type: 'forward',
        targetGroups: groups.map(({ TargetGroupArn = '', Weight = 1 }) => ({
          targetGroup: nameOfTargetGroup(TargetGroupArn),
          weight: Weight,
        })),
      };
    }
    case 'redirect': {
      const { StatusCode, Protocol, Host, Port, Path, Query } = action.RedirectConfig ?? {};
      const given = Object.entries({ protocol: Protocol, host: Host, port: Port, path: Path, query: Query }).filter(
        ([, value]) => value !== undefined,
      );
      return { type: 'redirect', statusCode: StatusCode === 'HTTP_302' ? 302 : 301, ...Object.fromEntries(given) };
    }
    case 'fixed-response':
      return { type: 'fixed-response', statusCode: Number(action.FixedResponseConfig?.StatusCode ?? 0) };
    case undefined:
    default:
      throw new TypeError(`DescribeRules answered an action of type "${action?.Type}", which the lab cannot explain.`);
  }
}

function nameOfTargetGroup(arn: string): string {
  return arn.split(':targetgroup/')[1]?.split('/')[0] ?? arn;
}

/** An action in words: `forward to api`, `redirect 302 to path /journey`, `fixed response 403`. */
export function actionInWords(action: RuleAction): string {
  switch (action.type) {
    case 'forward':
      return `forward to ${action.targetGroups.map(({ targetGroup, weight }) => (action.targetGroups.length > 1 ? `${targetGroup} (weight ${weight})` : targetGroup)).join(', ')}`;
    case 'redirect': {
      const { type: _type, statusCode, ...parts } = action;
      return `redirect ${statusCode} to ${Object.entries(parts)
        .map(([part, value]) => `${part} ${value}`)
        .join(', ')}`;
    }
    case 'fixed-response':
      return `fixed response ${action.statusCode}`;
  }
}
