import { describe, expect, test } from 'vitest';
import { blueprintOfResources } from '../support.ts';
import { forwardTo, listenerResources, notFound, refusal, rulesOf, targetGroup } from './support.ts';

/** What a deployment would refuse about actions; what lies just within the limits is taken. */

const path = (value: string) => [{ Field: 'path-pattern', PathPatternConfig: { Values: [value] } }];
const api = (Weight = 1) => ({ TargetGroupArn: { Ref: 'Group' }, Weight });
const redirect = (config: object) => ({ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', ...config } });
const fixed = (config: object) => ({ Type: 'fixed-response', FixedResponseConfig: { StatusCode: 200, ...config } });

describe('an action', () => {
  test.each<[string, object, string]>([
    ['six target groups', forwardTo(Array.from({ length: 6 }, () => api())), 'has 1 to 5 target groups, this one 6'],
    ['a weight of 1,000', forwardTo([api(1000)]), 'the weight 1000 is no whole number from 0 to 999'],
    ['a weight of -1', forwardTo([api(-1)]), 'the weight -1 is no whole number'],
    [
      'group stickiness of eight days',
      forwardTo([api(), api()], { Enabled: true, DurationSeconds: 691_200 }),
      'the group stickiness lasts 691200 s',
    ],
    ['a redirect to itself', redirect({ Host: '#{host}', Path: '/#{path}' }), 'it would lead to itself'],
    ['a redirect of the query only', redirect({ Query: 'a=b' }), 'it would lead to itself'],
    ['a redirect path of 129 characters', redirect({ Path: `/${'a'.repeat(128)}` }), 'path has more than 128'],
    ['a redirect host of 129 characters', redirect({ Host: 'a'.repeat(129) }), 'host has more than 128'],
    ['a redirect query of 129 characters', redirect({ Port: '81', Query: 'a'.repeat(129) }), 'query has more than 128'],
    ['a redirect path without a slash', redirect({ Path: 'a' }), 'path a does not begin with a slash'],
    ['a redirect query with its question mark', redirect({ Port: '81', Query: '?a' }), 'begins with a question mark'],
    ['a redirect to port 65,536', redirect({ Port: '65536' }), 'port 65536 is neither'],
    ['a redirect to FTP', redirect({ Protocol: 'FTP' }), 'protocol FTP is none of HTTP, HTTPS and #{protocol}'],
    ['a fixed response of 302', fixed({ StatusCode: 302 }), 'status 302 is no 2xx, 4xx or 5xx'],
    ['a fixed response of image/png', fixed({ ContentType: 'image/png' }), 'content type image/png is none of'],
    ['a fixed response of 1,025 characters', fixed({ MessageBody: 'a'.repeat(1025) }), 'more than 1024 characters'],
  ])('with %s is refused, of a rule and by default', (_title, action, what) => {
    expect(() => rulesOf({ DefaultActions: [action] })).toThrow(refusal(what));
    expect(() => rulesOf({}, [{ Conditions: path('/a'), Actions: [action] }])).toThrow(refusal(what));
  });

  test('just within the limits is taken', () => {
    const whole = { Host: 'a'.repeat(128), Path: `/${'a'.repeat(127)}`, Query: 'a'.repeat(128), Port: '65535' };
    const actions = [
      forwardTo([api(0), api(999)], { Enabled: true, DurationSeconds: 604_800 }),
      redirect(whole),
      fixed({ MessageBody: 'a'.repeat(1024), ContentType: 'application/json' }),
    ];
    const rules = actions.map((action, index) => ({ Conditions: path(`/${index}`), Actions: [action] }));
    expect(rulesOf({}, rules)).toHaveLength(4);
  });

  test('that leads from HTTPS to HTTP is refused, from HTTP to HTTPS and within HTTPS it is taken', () => {
    const https = { Protocol: 'HTTPS', Port: 443 };
    expect(() => rulesOf({ ...https, DefaultActions: [redirect({ Protocol: 'HTTP' })] })).toThrow(
      refusal('a redirect from HTTPS to HTTP is not allowed.'),
    );
    expect(rulesOf({ ...https, DefaultActions: [redirect({ Path: '/a' })] })).toHaveLength(1);
    expect(rulesOf({ DefaultActions: [redirect({ Protocol: 'HTTPS', Port: '443' })] })).toHaveLength(1);
  });

  const toGroup = (group: object, listener: object = {}, action: object = forwardTo([api()])) =>
    blueprintOfResources({
      ...listenerResources({ DefaultActions: [action], ...listener }),
      Group: targetGroup({ Name: 'api', ...group }),
    });

  test.each<[string, object, object, string]>([
    ['a GRPC group behind HTTP', { ProtocolVersion: 'GRPC' }, {}, 'whose protocol version is GRPC; use HTTPS'],
    [
      'a TCP group behind HTTP',
      { Protocol: 'TCP' },
      {},
      'the protocol HTTP cannot forward to api, whose protocol is TCP',
    ],
    [
      'an HTTP group behind TCP',
      {},
      { Protocol: 'TCP' },
      'the protocol TCP cannot forward to api, whose protocol is HTTP',
    ],
  ])('that forwards to %s is refused', (_title, group, listener, what) => {
    expect(() => toGroup(group, listener)).toThrow(refusal(what));
  });

  test('of a TCP listener can only be forward', () => {
    expect(() => rulesOf({ Protocol: 'TCP', DefaultActions: [notFound] })).toThrow(
      refusal('a listener with the protocol TCP can only forward, but the action is fixed-response.'),
    );
  });

  test('that forwards to two groups, one of them sticky, needs group stickiness', () => {
    const sticky = { TargetGroupAttributes: [{ Key: 'stickiness.enabled', Value: 'true' }] };
    const both = [api(), { TargetGroupArn: { Ref: 'Other' } }];
    expect(() => toGroup(sticky, {}, forwardTo(both))).toThrow(
      refusal('the target group api is sticky, so the action, which forwards to 2 groups, needs group stickiness too.'),
    );
    expect(toGroup(sticky, {}, forwardTo(both, { Enabled: true, DurationSeconds: 60 })).warnings).toEqual([]);
  });
});
