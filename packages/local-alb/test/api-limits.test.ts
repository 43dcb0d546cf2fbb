import * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { forwardTo, listener, loadBalancer, rule, startTestAlb, targetGroup } from './fixture.ts';
import { startClient } from './sdk-client.ts';

/** What the API refuses, as the SDK sees it. */

const HTTP = listener([
  rule(10, forwardTo('web'), { conditions: [{ field: 'path-pattern', values: ['/web'] }] }),
  rule('default', forwardTo('web')),
]);
const HTTPS = listener([rule('default', forwardTo('web'))], { port: 443, protocol: 'HTTPS' });
const FIXED: Elb.Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };
const TO_WEB: Elb.Action = { Type: 'forward', TargetGroupArn: targetGroup('web').arn };

async function startLab() {
  await using stack = new AsyncDisposableStack();
  const alb = stack.use(
    await startTestAlb({
      loadBalancer: loadBalancer([HTTP, HTTPS]),
      targetGroups: [
        targetGroup('web'),
        targetGroup('sticky', { attributes: { 'stickiness.enabled': 'true' } }),
        targetGroup('grpc', { protocolVersion: 'GRPC' }),
      ],
    }),
  );
  const { client } = stack.use(await startClient(alb));
  const opened = stack.move();
  const create = async (more: Partial<Elb.CreateRuleCommandInput>) =>
    await client.send(
      new Elb.CreateRuleCommand({
        ListenerArn: HTTP.arn,
        Priority: 20,
        Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
        Actions: [FIXED],
        ...more,
      }),
    );
  return { client, create, [Symbol.asyncDispose]: async () => await opened.disposeAsync() };
}

const path = (...Values: string[]): Elb.RuleCondition => ({ Field: 'path-pattern', PathPatternConfig: { Values } });
const rewrite = (Regex: string, Replace: string): Elb.RuleTransform => ({
  Type: 'url-rewrite',
  UrlRewriteConfig: { Rewrites: [{ Regex, Replace }] },
});

test.for<[string, Partial<Elb.CreateRuleCommandInput>]>([
  ['six values in one condition', { Conditions: [path('/a', '/b', '/c', '/d', '/e', '/f')] }],
  ['a path with a comma', { Conditions: [path('/a,/b')] }],
  [
    'six values in all',
    { Conditions: [path('/a', '/b', '/c'), { Field: 'host-header', Values: ['a.b', 'c.d', 'e.f'] }] },
  ],
  ['two path conditions', { Conditions: [path('/a'), path('/b')] }],
  [
    'values and regular expressions in one condition',
    { Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/a'], RegexValues: ['^/b'] } }] },
  ],
  ['no condition', { Conditions: [] }],
  ['a priority of 50,001', { Priority: 50_001 }],
  ['two transforms of one type', { Transforms: [rewrite('a', 'b'), rewrite('c', 'd')] }],
  ['a transform of 1,025 characters', { Transforms: [rewrite('a'.repeat(1025), 'b')] }],
  ['a replacement of 1,025 characters', { Transforms: [rewrite('a', 'b'.repeat(1025))] }],
  ['a transform with a lookahead', { Transforms: [rewrite('(?=a)', 'b')] }],
])('refuses to create a rule with %s', async ([, more]) => {
  await using lab = await startLab();
  await expect(lab.create(more)).rejects.toMatchObject({ name: 'ValidationError', $metadata: { httpStatusCode: 400 } });
});

const forward = (...weights: number[]): Elb.Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: weights.map((Weight) => ({ TargetGroupArn: targetGroup('web').arn, Weight })),
  },
});
const forwardToGroups = (...names: string[]): Elb.Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: names.map((name) => ({ TargetGroupArn: targetGroup(name).arn, Weight: 1 })) },
});
const redirect = (config: Partial<Elb.RedirectActionConfig>): Elb.Action => ({
  Type: 'redirect',
  RedirectConfig: { StatusCode: 'HTTP_301', ...config },
});
const fixed = (config: Partial<Elb.FixedResponseActionConfig>): Elb.Action => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '200', ...config },
});

test.for<[string, Elb.Action, string]>([
  ['six target groups', forward(1, 1, 1, 1, 1, 1), 'InvalidLoadBalancerActionException'],
  ['a weight of 1,000', forward(1000), 'ValidationError'],
  ['a weight of -1', forward(-1), 'ValidationError'],
  [
    'a gRPC target group behind plain HTTP',
    { Type: 'forward', TargetGroupArn: targetGroup('grpc').arn },
    'InvalidLoadBalancerActionException',
  ],
  [
    'two groups, one of them sticky, without group stickiness',
    forwardToGroups('web', 'sticky'),
    'InvalidConfigurationRequestException',
  ],
  ['a redirect that changes nothing', redirect({ Path: '/#{path}' }), 'InvalidLoadBalancerActionException'],
  ['a redirect by 307', redirect({ Path: '/x', StatusCode: 'HTTP_307' as 'HTTP_301' }), 'ValidationError'],
  ['a redirect path of 129 characters', redirect({ Path: `/${'a'.repeat(128)}` }), 'ValidationError'],
  ['a redirect host of 129 characters', redirect({ Host: 'a'.repeat(129) }), 'ValidationError'],
  ['a redirect query of 129 characters', redirect({ Port: '81', Query: 'a'.repeat(129) }), 'ValidationError'],
  ['a redirect path without a slash', redirect({ Path: 'x' }), 'ValidationError'],
  ['a redirect query with its question mark', redirect({ Port: '81', Query: '?a' }), 'ValidationError'],
  ['a redirect to port 65,536', redirect({ Port: '65536' }), 'ValidationError'],
  ['a redirect to FTP', redirect({ Protocol: 'FTP' }), 'ValidationError'],
  ['a fixed response of 1,025 characters', fixed({ MessageBody: 'a'.repeat(1025) }), 'ValidationError'],
  ['a fixed response of type image/png', fixed({ ContentType: 'image/png' }), 'ValidationError'],
  ['a fixed response of 301', fixed({ StatusCode: '301' }), 'ValidationError'],
])('refuses to create or change a rule to %s', async ([, action, name]) => {
  await using lab = await startLab();
  await expect(lab.create({ Actions: [action] })).rejects.toMatchObject({ name });
  await expect(
    lab.client.send(new Elb.ModifyRuleCommand({ RuleArn: HTTP.rules[0]?.arn, Actions: [action] })),
  ).rejects.toMatchObject({
    name,
  });
  await expect(
    lab.client.send(new Elb.ModifyListenerCommand({ ListenerArn: HTTP.arn, DefaultActions: [action] })),
  ).rejects.toMatchObject({ name });
});

test('refuses a redirect from HTTPS to HTTP, and takes one from HTTP to HTTPS and one that keeps HTTPS', async () => {
  await using lab = await startLab();
  const toHttp = [redirect({ Protocol: 'HTTP', Port: '80' })];
  await expect(lab.create({ ListenerArn: HTTPS.arn, Actions: toHttp })).rejects.toMatchObject({
    name: 'InvalidLoadBalancerActionException',
  });
  await lab.create({ Actions: [redirect({ Protocol: 'HTTPS', Port: '443' })] });
  await lab.create({ ListenerArn: HTTPS.arn, Actions: [redirect({ Path: '/#{path}/', Host: 'a.b' })] });
});

test('takes what lies just within the limits', async () => {
  await using lab = await startLab();
  const { Rules } = await lab.create({
    Priority: 50_000,
    Conditions: [path('/a', '/b', '/c'), { Field: 'host-header', Values: ['a.b', 'c.d'] }],
    Actions: [forward(0, 999)],
    Transforms: [rewrite('a'.repeat(1024), 'b'.repeat(1024))],
  });
  expect(Rules).toMatchObject([
    { Priority: '50000', Actions: [{ ForwardConfig: { TargetGroups: [{ Weight: 0 }, { Weight: 999 }] } }] },
  ]);
  const five = [path('/a', '/b', '/c', '/d', '/e')];
  await lab.create({
    Conditions: five,
    Actions: [fixed({ MessageBody: 'a'.repeat(1024), ContentType: 'application/json' })],
  });
  const whole = { Host: 'a'.repeat(128), Path: `/${'a'.repeat(127)}`, Query: 'a'.repeat(128), Port: '65535' };
  await lab.create({ Priority: 21, Actions: [redirect(whole)] });
  await lab.create({
    ListenerArn: HTTPS.arn,
    Actions: [{ Type: 'forward', TargetGroupArn: targetGroup('grpc').arn }],
  });
});

test('takes a priority once', async () => {
  await using lab = await startLab();
  await expect(lab.create({ Priority: 10 })).rejects.toMatchObject({ name: 'PriorityInUseException' });
  const { Rules } = await lab.create({ Priority: 20 });
  const RulePriorities = [{ RuleArn: Rules?.[0]?.RuleArn, Priority: 10 }];
  await expect(lab.client.send(new Elb.SetRulePrioritiesCommand({ RulePriorities }))).rejects.toMatchObject({
    name: 'PriorityInUseException',
  });
});

test('sets priorities of rules of several listeners, all or none', async () => {
  await using lab = await startLab();
  const [first, second] = [HTTP.rules[0]?.arn, (await lab.create({ ListenerArn: HTTPS.arn })).Rules?.[0]?.RuleArn];
  const set = (...pairs: [string | undefined, number][]) =>
    lab.client.send(
      new Elb.SetRulePrioritiesCommand({
        RulePriorities: pairs.map(([RuleArn, Priority]) => ({ RuleArn, Priority })),
      }),
    );
  const priorities = async () => {
    const commands = [HTTP.arn, HTTPS.arn].map((ListenerArn) => new Elb.DescribeRulesCommand({ ListenerArn }));
    const all = await Promise.all(commands.map((command) => lab.client.send(command)));
    return all.flatMap(({ Rules = [] }) => Rules.map(({ Priority }) => Priority));
  };
  await set([first, 7], [second, 7]);
  expect(await priorities()).toEqual(['7', 'default', '7', 'default']);
  await lab.create({ ListenerArn: HTTPS.arn, Priority: 9 });
  await expect(set([first, 9], [second, 9])).rejects.toMatchObject({ name: 'PriorityInUseException' });
  await expect(set([first, 1], [first, 2])).rejects.toMatchObject({ name: 'ValidationError' });
  expect(await priorities()).toEqual(['7', 'default', '7', '9', 'default']);
});

test('lets nobody delete the default rule, give it conditions or another priority', async () => {
  await using lab = await startLab();
  const RuleArn = HTTP.rules.find(({ priority }) => priority === 'default')?.arn;
  const refused = expect.objectContaining({ name: 'OperationNotPermittedException' });
  const { client } = lab;
  await expect(client.send(new Elb.DeleteRuleCommand({ RuleArn }))).rejects.toEqual(refused);
  await expect(client.send(new Elb.ModifyRuleCommand({ RuleArn, Conditions: [path('/a')] }))).rejects.toEqual(refused);
  await expect(
    client.send(new Elb.SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 1 }] })),
  ).rejects.toEqual(refused);
});

test('describes regular expressions beside their configuration too', async () => {
  await using lab = await startLab();
  const RegexValues = ['^/v[0-9]+/'];
  await lab.create({ Conditions: [{ Field: 'path-pattern', PathPatternConfig: { RegexValues } }], Actions: [TO_WEB] });
  const { Rules } = await lab.client.send(new Elb.DescribeRulesCommand({ ListenerArn: HTTP.arn }));
  expect(Rules?.find(({ Priority }) => Priority === '20')?.Conditions).toEqual([
    { Field: 'path-pattern', RegexValues, PathPatternConfig: { RegexValues } },
  ]);
});

test('has at most 100 rules beside the default ones', async () => {
  await using lab = await startLab();
  for (let Priority = 101; Priority < 200; Priority++) await lab.create({ Priority });
  await expect(lab.create({ Priority: 200 })).rejects.toMatchObject({ name: 'TooManyRulesException' });
});

test('has at most 1,000 targets', async () => {
  await using lab = await startLab();
  const TargetGroupArn = targetGroup('grpc').arn;
  const register = async (from: number, count: number) =>
    await lab.client.send(
      new Elb.RegisterTargetsCommand({
        TargetGroupArn,
        Targets: Array.from({ length: count }, (_, at) => ({ Id: '10.0.0.1', Port: from + at })),
      }),
    );
  await register(1, 1000);
  await register(1, 1);
  await expect(register(1001, 1)).rejects.toMatchObject({ name: 'TooManyTargetsException' });
});
