import { describe, expect, test } from 'vitest';
import { blueprintOfResources } from '../support.ts';
import { forwardTo, listenerResources, notFound, refusal, rulesOf, targetGroup } from './support.ts';

/** What a deployment would refuse about rules and listeners; what lies just within the limits is taken. */

const path = (...Values: string[]) => [{ Field: 'path-pattern', PathPatternConfig: { Values } }];
const host = (...Values: string[]) => [{ Field: 'host-header', HostHeaderConfig: { Values } }];

describe('a rule', () => {
  test.each<[string, object, string]>([
    ['priority 0', { Priority: 0, Conditions: path('/a') }, 'the priority 0 is no whole number from 1 to 50000.'],
    ['priority 50,001', { Priority: 50_001, Conditions: path('/a') }, 'the priority 50001 is no whole number'],
    ['no condition', { Conditions: [] }, 'a rule with a priority needs a condition.'],
    ['two path conditions', { Conditions: [...path('/a'), ...path('/b')] }, 'at most one path-pattern condition'],
    [
      'six values in one condition',
      { Conditions: path('/a', '/b', '/c', '/d', '/e', '/f') },
      'at most 5 values in all its conditions, this one 6',
    ],
    [
      'six values in two conditions',
      { Conditions: [...path('/a', '/b', '/c'), ...host('a.b', 'c.d', 'e.f')] },
      'at most 5 values in all its conditions, this one 6',
    ],
    ['an empty value', { Conditions: path('/a', '') }, 'the path-pattern condition has an empty value.'],
    [
      'values and regular expressions in one condition',
      { Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a'], RegexValues: ['^/b'] } }] },
      'has values and regular expressions; use one kind',
    ],
    ['seven wildcards', { Conditions: path('/*?*?*?*') }, 'at most 6 wildcards, this one 7'],
    ['a host without a dot', { Conditions: host('localhost') }, 'the host localhost has no dot'],
    ['a host with a port', { Conditions: host('a.b:8080') }, 'the value a.b:8080 of the host-header condition has'],
    ['a path with a comma', { Conditions: path('/a, /b') }, 'the value /a, /b of the path-pattern condition has'],
    ['a regular expression among its values', { Conditions: path('^/[a-z]+/') }, 'goes into RegexValues'],
    [
      'a condition on the Host header by name',
      { Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'host', Values: ['a'] } }] },
      'use a host-header condition',
    ],
    [
      'a method in lower case',
      { Conditions: [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }] },
      'get is no method in upper case',
    ],
    ['a path of 129 characters', { Conditions: path(`/${'a'.repeat(128)}`) }, 'has more than 128 characters'],
    ['a host of 129 characters', { Conditions: host(`${'a'.repeat(127)}.b`) }, 'has more than 128 characters'],
    ['an accented value', { Conditions: path('/café') }, 'is not visible ASCII'],
  ])('refuses a rule with %s', (_title, rule, what) => {
    const refused = () => rulesOf({}, [{ Actions: [notFound], ...rule }]);
    expect(refused).toThrow(refusal(what));
    expect(refused).toThrow('Lab/Rule0 (AWS::ElasticLoadBalancingV2::ListenerRule)');
  });

  test.each([
    ['condition', { Conditions: [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['(?=a)'] } }] }],
    [
      'transform',
      {
        Conditions: path('/a'),
        Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '(?=a)', Replace: 'b' }] } }],
      },
    ],
  ])('refuses a lookahead in a %s, naming where it is', (_title, rule) => {
    expect(() => rulesOf({}, [{ Actions: [notFound], ...rule }])).toThrow(
      /^Lab\/\w+ \(AWS::ElasticLoadBalancingV2::Listener(Rule)?\): .*uses lookahead/,
    );
  });

  test('takes five values in one condition, six wildcards and 128 characters', () => {
    const Conditions = path('/a/*', '/b/?', '/*/*', '/d/*', `/${'e'.repeat(126)}*`);
    expect(rulesOf({}, [{ Priority: 50_000, Actions: [notFound], Conditions }])).toHaveLength(2);
  });

  test('is refused on a listener that is no HTTP listener', () => {
    const tcp = { Protocol: 'TCP', DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }] };
    const resources = listenerResources(tcp, [{ Conditions: path('/a'), Actions: [notFound] }]);
    expect(() => blueprintOfResources({ ...resources, Group: targetGroup({ Name: 'api', Protocol: 'TCP' }) })).toThrow(
      refusal('a listener with the protocol TCP has no rules but its default one.'),
    );
  });
});

describe('a load balancer', () => {
  test('with two listeners on one port is refused', () => {
    const resources = listenerResources({});
    expect(() => blueprintOfResources({ ...resources, Twin: resources['Http']! })).toThrow(
      refusal('Lab/Balancer (AWS::ElasticLoadBalancingV2::LoadBalancer): two of its listeners have the port 80.'),
    );
  });

  test('that forwards to the target group of another one is refused', () => {
    const resources = listenerResources({ DefaultActions: [forwardTo([{ TargetGroupArn: { Ref: 'Group' } }])] });
    const [Balancer, Http] = [resources['Balancer']!, resources['Http']!];
    const second = {
      Second: { ...Balancer, Properties: { ...Balancer.Properties, Name: 'second' } },
      Third: { ...Http, Properties: { ...Http.Properties, LoadBalancerArn: { Ref: 'Second' } } },
    };
    expect(() => blueprintOfResources({ ...resources, ...second })).toThrow(
      refusal('Both lab and second forward to the target group api, but a target group has one load balancer only'),
    );
  });

  test('with more rules than an account has by default is read with a warning', () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ Conditions: path(`/${index}`), Actions: [notFound] }));
    expect(blueprintOfResources(listenerResources({}, rules(100))).warnings).toEqual([]);
    expect(blueprintOfResources(listenerResources({}, rules(101))).warnings).toEqual([
      "Lab/Balancer (AWS::ElasticLoadBalancingV2::LoadBalancer) has 101 rules, but an account's quota is 100 unless it has been raised.",
    ]);
  });
});
