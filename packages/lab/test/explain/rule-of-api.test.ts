import { expect, test } from 'vitest';

import { actionInWords, ruleOfApi } from '../../src/explain/rule-of-api.ts';

test('a rule of DescribeRules becomes a rule of the blueprint', () => {
  const rule = ruleOfApi({
    RuleArn: 'arn:rule',
    Priority: '40',
    Conditions: [
      { Field: 'path-pattern', Values: ['/whoami'], PathPatternConfig: { Values: ['/whoami'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Service', Values: ['worker'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: '1' }, { Value: '2' }] } },
      { Field: 'host-header', HostHeaderConfig: { RegexValues: ['^a'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } },
    ],
    Actions: [{ Type: 'forward', TargetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/worker/abc' }],
  });
  expect(rule).toEqual({
    arn: 'arn:rule',
    priority: 40,
    transforms: [],
    conditions: [
      { field: 'path-pattern', values: ['/whoami'] },
      { field: 'http-header', httpHeaderName: 'X-Service', values: ['worker'] },
      { field: 'query-string', values: [{ key: 'a', value: '1' }, { value: '2' }] },
      { field: 'host-header', regexValues: ['^a'] },
      { field: 'source-ip', values: ['127.0.0.0/8'] },
    ],
    action: { type: 'forward', targetGroups: [{ targetGroup: 'worker', weight: 1 }] },
  });
});

test('the legacy form of a path condition is understood', () => {
  const { conditions, priority } = ruleOfApi({
    IsDefault: true,
    Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
    Actions: [{ Type: 'fixed-response' }],
  });
  expect(conditions).toEqual([{ field: 'path-pattern', values: ['/x'] }]);
  expect(priority).toBe('default');
});

test.each([
  [{ type: 'forward', targetGroups: [{ targetGroup: 'api', weight: 1 }] }, 'forward to api'],
  [
    {
      type: 'forward',
      targetGroups: [
        { targetGroup: 'a', weight: 9 },
        { targetGroup: 'b', weight: 1 },
      ],
    },
    'forward to a (weight 9), b (weight 1)',
  ],
  [{ type: 'redirect', statusCode: 302, path: '/journey' }, 'redirect 302 to path /journey'],
  [{ type: 'fixed-response', statusCode: 403 }, 'fixed response 403'],
] as const)('the action %j reads "%s"', (action, words) => {
  expect(actionInWords(action)).toBe(words);
});
