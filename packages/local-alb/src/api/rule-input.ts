import type { RuleAction, RuleCondition, RuleTransform } from '@switchyard/blueprint';
import { AwsApiError, type AwsInput } from '@switchyard/local-aws-endpoint';
import { invalid, recordOf, recordsOf, requiredString, stringOf, stringsOf } from './input.ts';

/** ELBv2's shapes of conditions, actions and transforms, as the blueprint has them. */

export function conditionsOf(input: AwsInput): readonly RuleCondition[] | undefined {
  return recordsOf(input, 'Conditions')?.map(conditionOf);
}

function conditionOf(shape: AwsInput): RuleCondition {
  const field = requiredString(shape, 'Field');
  switch (field) {
    case 'host-header':
      return { field, ...valuesOf(recordOf(shape, 'HostHeaderConfig') ?? shape) };
    case 'path-pattern':
      return { field, ...valuesOf(recordOf(shape, 'PathPatternConfig') ?? shape) };
    case 'http-header': {
      const config = configOf(shape, 'HttpHeaderConfig');
      return { field, httpHeaderName: requiredString(config, 'HttpHeaderName'), ...valuesOf(config) };
    }
    case 'http-request-method':
      return { field, values: requiredValues(configOf(shape, 'HttpRequestMethodConfig')) };
    case 'source-ip':
      return { field, values: requiredValues(configOf(shape, 'SourceIpConfig')) };
    case 'query-string': {
      const values = recordsOf(configOf(shape, 'QueryStringConfig'), 'Values') ?? [];
      return {
        field,
        values: values.map((pair) => {
          const key = stringOf(pair, 'Key');
          return { ...(key === undefined ? {} : { key }), value: requiredString(pair, 'Value') };
        }),
      };
    }
    default:
      throw invalid(
        `Condition field '${field}' must be one of '[host-header, path-pattern, http-header, http-request-method, query-string, source-ip]'`,
      );
  }
}

function configOf(shape: AwsInput, member: string): AwsInput {
  const config = recordOf(shape, member);
  if (config === undefined) throw invalid(`A condition of this field needs ${member}`);
  return config;
}

function valuesOf(config: AwsInput): { values: readonly string[] } | { regexValues: readonly string[] } {
  const regexValues = stringsOf(config, 'RegexValues');
  if (regexValues !== undefined && (stringsOf(config, 'Values')?.length ?? 0) > 0) {
    throw invalid('A condition has Values or RegexValues, not both');
  }
  return regexValues === undefined ? { values: requiredValues(config) } : { regexValues };
}

function requiredValues(config: AwsInput): readonly string[] {
  const values = stringsOf(config, 'Values') ?? [];
  if (values.length === 0) throw invalid('A condition value must be specified');
  return values;
}

/** `nameOf` finds a target group's name by its ARN, or throws `TargetGroupNotFound`. */
export function actionOf(
  input: AwsInput,
  nameOf: (arn: string) => string,
  member: 'Actions' | 'DefaultActions' = 'Actions',
): RuleAction | undefined {
  const actions = recordsOf(input, member);
  if (actions === undefined) return undefined;
  const [action, ...others] = actions;
  if (action === undefined || others.length > 0) {
    throw new AwsApiError('InvalidLoadBalancerAction', 'A rule here must have exactly one action');
  }
  const type = requiredString(action, 'Type');
  switch (type) {
    case 'forward':
      return forwardOf(action, nameOf);
    case 'redirect':
      return redirectOf(recordOf(action, 'RedirectConfig') ?? {});
    case 'fixed-response': {
      const config = recordOf(action, 'FixedResponseConfig') ?? {};
      const contentType = stringOf(config, 'ContentType');
      const messageBody = stringOf(config, 'MessageBody');
      return {
        type,
        statusCode: Number(requiredString(config, 'StatusCode')),
        ...(contentType === undefined ? {} : { contentType }),
        ...(messageBody === undefined ? {} : { messageBody }),
      };
    }
    default:
      throw new AwsApiError('InvalidLoadBalancerAction', `Actions of type '${type}' are not available here`);
  }
}

function forwardOf(action: AwsInput, nameOf: (arn: string) => string): RuleAction {
  const config = recordOf(action, 'ForwardConfig');
  const tuples = config === undefined ? undefined : recordsOf(config, 'TargetGroups');
  const targetGroups = (tuples ?? [{ TargetGroupArn: requiredString(action, 'TargetGroupArn') }]).map((tuple) => ({
    targetGroup: nameOf(requiredString(tuple, 'TargetGroupArn')),
    weight: Number(stringOf(tuple, 'Weight') ?? '1'),
  }));
  const stickiness = config === undefined ? undefined : recordOf(config, 'TargetGroupStickinessConfig');
  const sticky = stickiness !== undefined && stringOf(stickiness, 'Enabled') === 'true';
  return {
    type: 'forward',
    targetGroups,
    ...(sticky ? { stickinessDurationSeconds: Number(requiredString(stickiness, 'DurationSeconds')) } : {}),
  };
}

function redirectOf(config: AwsInput): RuleAction {
  const parts: Record<string, string> = {};
  for (const part of ['Protocol', 'Host', 'Port', 'Path', 'Query']) {
    const value = stringOf(config, part);
    if (value !== undefined) parts[part.toLowerCase()] = value;
  }
  const statusCode = requiredString(config, 'StatusCode');
  if (statusCode !== 'HTTP_301' && statusCode !== 'HTTP_302') throw invalid(`StatusCode '${statusCode}' is not valid`);
  return { type: 'redirect', statusCode: statusCode === 'HTTP_302' ? 302 : 301, ...parts };
}

export function transformsOf(input: AwsInput): readonly RuleTransform[] | undefined {
  return recordsOf(input, 'Transforms')?.map((shape) => {
    const type = requiredString(shape, 'Type');
    if (type !== 'url-rewrite' && type !== 'host-header-rewrite')
      throw invalid(`Transform type '${type}' is not valid`);
    const config = recordOf(shape, type === 'url-rewrite' ? 'UrlRewriteConfig' : 'HostHeaderRewriteConfig') ?? {};
    const [rewrite = {}, ...others] = recordsOf(config, 'Rewrites') ?? [];
    if (others.length > 0) throw invalid('A transform has one rewrite');
    return { type, regex: requiredString(rewrite, 'Regex'), replace: stringOf(rewrite, 'Replace') ?? '' };
  });
}
