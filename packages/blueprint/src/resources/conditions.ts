import type { Properties } from '../cloudformation/properties.ts';
import type { RuleCondition } from '../model.ts';

/** A rule's condition, in the present form (`PathPatternConfig`) or the older one (`Values` beside `Field`). */
export function conditionOf(condition: Properties): RuleCondition {
  const field = condition.oneOf(
    'Field',
    ['path-pattern', 'host-header', 'http-header', 'http-request-method', 'query-string', 'source-ip'],
    { required: true },
  );
  switch (field) {
    case 'path-pattern':
      return { field, ...patternsOf(condition, 'PathPatternConfig') };
    case 'host-header':
      return { field, ...patternsOf(condition, 'HostHeaderConfig') };
    case 'http-header': {
      const httpHeaderName = required(condition, 'HttpHeaderConfig').string('HttpHeaderName');
      return { field, httpHeaderName, ...patternsOf(condition, 'HttpHeaderConfig') };
    }
    case 'http-request-method':
      return { field, values: required(condition, 'HttpRequestMethodConfig').strings('Values') };
    case 'source-ip':
      return { field, values: required(condition, 'SourceIpConfig').strings('Values') };
    default: {
      const values = required(condition, 'QueryStringConfig').objects('Values');
      return { field, values: values.map(queryPair) };
    }
  }
}

function queryPair(pair: Properties): { key?: string; value: string } {
  const key = pair.optionalString('Key');
  const value = pair.string('Value');
  return key === undefined ? { value } : { key, value };
}

function patternsOf(condition: Properties, key: string): { values?: string[]; regexValues?: string[] } {
  const config = condition.object(key) ?? condition;
  const regexValues = config.optionalStrings('RegexValues');
  const values = config.optionalStrings('Values');
  if (regexValues === undefined && values === undefined)
    throw condition.invalid(key, 'has neither Values nor RegexValues');
  return { ...(values && { values }), ...(regexValues && { regexValues }) };
}

function required(condition: Properties, key: string): Properties {
  const config = condition.object(key);
  if (config === undefined) throw condition.invalid(key, 'is missing');
  return config;
}
