import { describe, expect, test } from 'vitest';
import { blueprintOfResources } from '../support.ts';
import { listenerResources, notFound, rulesOf } from './support.ts';

const path = (...Values: string[]) => [{ Field: 'path-pattern', PathPatternConfig: { Values } }];
const forward = { Type: 'forward', TargetGroupArn: { Ref: 'Group' } };

describe('a listener', () => {
  test('has its rules by ascending priority and its default rule last', () => {
    const rules = rulesOf({}, [
      { Priority: '30', Conditions: path('/c'), Actions: [notFound] },
      { Priority: 4, Conditions: path('/a'), Actions: [notFound] },
    ]);
    expect(rules.map(({ priority }) => priority)).toEqual([4, 30, 'default']);
    expect(new Set(rules.map(({ arn }) => arn)).size).toBe(3);
    expect(rules.at(-1)?.arn).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:000000000000:listener-rule\/app\/lab\/[\da-f]{16}\/[\da-f]{16}\/[\da-f]{16}$/,
    );
  });

  test('takes the older form of a condition for the present one', () => {
    const [rule] = rulesOf({}, [{ Conditions: [{ Field: 'path-pattern', Values: ['/old'] }], Actions: [notFound] }]);
    expect(rule?.conditions).toEqual([{ field: 'path-pattern', values: ['/old'] }]);
  });

  test('reads every kind of condition', () => {
    const Conditions = [
      { Field: 'host-header', HostHeaderConfig: { RegexValues: ['^a'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['b'] } },
      { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'k', Value: 'v' }] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
    ];
    expect(rulesOf({}, [{ Conditions, Actions: [notFound] }])[0]?.conditions).toEqual([
      { field: 'host-header', regexValues: ['^a'] },
      { field: 'http-header', httpHeaderName: 'X-A', values: ['b'] },
      { field: 'http-request-method', values: ['GET'] },
      { field: 'query-string', values: [{ key: 'k', value: 'v' }] },
      { field: 'source-ip', values: ['10.0.0.0/8'] },
    ]);
  });

  test('reads forward, weighted forward, redirect, fixed response and transforms', () => {
    const weighted = {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: { Ref: 'Group' }, Weight: '9' }, { TargetGroupArn: { Ref: 'Other' } }],
        TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: 60 },
      },
    };
    const redirect = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: 443 } };
    const Transforms = [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/a', Replace: '/b' }] } }];
    const rules = rulesOf({ DefaultActions: [forward] }, [
      { Conditions: path('/a'), Actions: [weighted], Transforms },
      { Conditions: path('/b'), Actions: [redirect] },
    ]);
    expect(rules.map(({ action }) => action)).toEqual([
      {
        type: 'forward',
        targetGroups: [
          { targetGroup: 'api', weight: 9 },
          { targetGroup: 'other', weight: 1 },
        ],
        stickinessDurationSeconds: 60,
      },
      { type: 'redirect', statusCode: 301, protocol: 'HTTPS', port: '443' },
      { type: 'forward', targetGroups: [{ targetGroup: 'api', weight: 1 }] },
    ]);
    expect(rules[0]?.transforms).toEqual([{ type: 'url-rewrite', regex: '^/a', replace: '/b' }]);
  });

  test.each<[string, object, string]>([
    ['teleport', { Type: 'teleport' }, 'BLUEPRINT_ACTION_UNSUPPORTED'],
    ['authenticate-oidc', { Type: 'authenticate-oidc' }, 'BLUEPRINT_ACTION_UNSUPPORTED'],
    ['a forward to nothing', { Type: 'forward' }, 'BLUEPRINT_PROPERTY_INVALID'],
    ['a forward elsewhere', { Type: 'forward', TargetGroupArn: 'arn:x' }, 'BLUEPRINT_REFERENCE_UNRESOLVED'],
  ])('with %s as its action is refused, naming the listener', (_title, action, code) => {
    expect(() => rulesOf({ DefaultActions: [action] })).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining('Lab/Http (AWS::ElasticLoadBalancingV2::Listener)'),
      }),
    );
  });

  test('says which action it cannot represent', () => {
    expect(() => rulesOf({}, [{ Conditions: path('/a'), Actions: [{ Type: 'teleport' }] }])).toThrow(
      'Lab/Rule0 (AWS::ElasticLoadBalancingV2::ListenerRule) has an action of type teleport, which the blueprint cannot represent; use forward, redirect or fixed-response.',
    );
  });

  test('refuses two rules of one priority', () => {
    const rule = { Priority: 7, Conditions: path('/a'), Actions: [notFound] };
    expect(() => rulesOf({}, [rule, rule])).toThrow(
      expect.objectContaining({ code: 'BLUEPRINT_RULE_PRIORITY_INVALID' }),
    );
  });
});

describe('a target group', () => {
  const groupOf = (properties: object) => {
    const resources = listenerResources({});
    const Group = { ...resources['Group']!, Properties: { ...resources['Group']!.Properties, ...properties } };
    return blueprintOfResources({ ...resources, Group }).targetGroups.find(({ name }) => name === 'api');
  };

  test("has AWS's defaults for the health check that the template leaves out", () => {
    expect(groupOf({})?.healthCheck).toEqual({
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/',
      intervalSeconds: 30,
      timeoutSeconds: 5,
      healthyThresholdCount: 5,
      unhealthyThresholdCount: 2,
      matcher: '200',
    });
  });

  test('reads numbers that are written as text', () => {
    const healthCheck = {
      HealthCheckIntervalSeconds: '7',
      HealthCheckPort: '9000',
      Matcher: { HttpCode: '200,202-299' },
    };
    expect(groupOf(healthCheck)?.healthCheck).toMatchObject({ intervalSeconds: 7, port: 9000, matcher: '200,202-299' });
  });

  test.each([
    [{ Matcher: { HttpCode: 'ok' } }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPort: 'http' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPort: '99999' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPort: '0' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPath: 'healthz' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPath: '/a\r\nHost: b' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckPath: `/${'x'.repeat(1024)}` }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ Protocol: 'GOPHER' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ Port: 'eighty' }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthCheckIntervalSeconds: 4 }, 'BLUEPRINT_PROPERTY_INVALID'],
    [{ HealthyThresholdCount: 11 }, 'BLUEPRINT_PROPERTY_INVALID'],
    [
      { TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '9999' }] },
      'BLUEPRINT_SETTING_INVALID',
    ],
  ])('with %j is refused', (properties, code) => {
    expect(() => groupOf(properties)).toThrow(expect.objectContaining({ code }));
  });
});
