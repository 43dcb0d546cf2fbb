import * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import type { TargetHealthEvent } from '../src/index.ts';
import { forwardTo, listener, loadBalancer, rule, startTarget, startTestAlb, targetGroup } from './fixture.ts';
import { startClient } from './sdk-client.ts';

/** The load balancer behind an AWS endpoint, and the real SDK's client for it. */
async function startWithClient() {
  const stack = new AsyncDisposableStack();
  const alb = stack.use(
    await startTestAlb({
      loadBalancer: loadBalancer([
        listener([
          rule(
            20,
            { type: 'redirect', statusCode: 302, path: '/journey' },
            { conditions: [{ field: 'path-pattern', values: ['/trip'] }] },
          ),
          rule(40, forwardTo('web'), {
            conditions: [
              { field: 'http-header', httpHeaderName: 'X-Service', values: ['web'] },
              { field: 'query-string', values: [{ key: 'a', value: 'b' }] },
            ],
            transforms: [{ type: 'url-rewrite', regex: '^/a', replace: '/b' }],
          }),
          rule('default', forwardTo('web')),
        ]),
      ]),
      targetGroups: [targetGroup('web'), targetGroup('spare')],
    }),
  );
  const { client } = stack.use(await startClient(alb));
  return { alb, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const WEB = targetGroup('web').arn;

test('registers and deregisters targets and describes their health', async () => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using lab = await startWithClient();
  const { client, alb } = lab;
  const Targets = [{ Id: target.host, Port: target.port, AvailabilityZone: 'us-east-1a' }];
  await client.send(new Elb.RegisterTargetsCommand({ TargetGroupArn: WEB, Targets }));
  await alb.addTarget('web', target);
  const describe = () => client.send(new Elb.DescribeTargetHealthCommand({ TargetGroupArn: WEB }));
  expect((await describe()).TargetHealthDescriptions).toMatchObject([
    { Target: Targets[0], HealthCheckPort: String(target.port), TargetHealth: { State: 'healthy' } },
  ]);
  await client.send(new Elb.DeregisterTargetsCommand({ TargetGroupArn: WEB, Targets }));
  expect((await describe()).TargetHealthDescriptions).toMatchObject([
    { TargetHealth: { State: 'draining', Reason: 'Target.DeregistrationInProgress' } },
  ]);
});

test('describes a target that is not registered as unused', async () => {
  await using lab = await startWithClient();
  const output = await lab.client.send(
    new Elb.DescribeTargetHealthCommand({ TargetGroupArn: WEB, Targets: [{ Id: '10.0.0.1', Port: 80 }] }),
  );
  expect(output.TargetHealthDescriptions).toMatchObject([
    { Target: { Id: '10.0.0.1', Port: 80 }, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
  ]);
});

test('reports targets of a group that no listener forwards to as not in use', async () => {
  await using lab = await startWithClient();
  const TargetGroupArn = targetGroup('spare').arn;
  await lab.client.send(new Elb.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '127.0.0.1' }] }));
  const output = await lab.client.send(new Elb.DescribeTargetHealthCommand({ TargetGroupArn }));
  expect(output.TargetHealthDescriptions).toMatchObject([
    { TargetHealth: { State: 'unused', Reason: 'Target.NotInUse' } },
  ]);
});

test('describes the load balancer, its listeners, rules and target groups', async () => {
  await using lab = await startWithClient();
  const { client } = lab;
  const { LoadBalancers } = await client.send(new Elb.DescribeLoadBalancersCommand({}));
  expect(LoadBalancers).toMatchObject([{ LoadBalancerName: 'test', State: { Code: 'active' }, Type: 'application' }]);
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const { Listeners } = await client.send(new Elb.DescribeListenersCommand({ LoadBalancerArn }));
  expect(Listeners).toMatchObject([
    { Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: WEB }] },
  ]);
  const { Rules } = await client.send(new Elb.DescribeRulesCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
  expect(Rules).toMatchObject([
    { Priority: '20', Conditions: [{ Field: 'path-pattern', Values: ['/trip'] }], Actions: [{ Type: 'redirect' }] },
    {
      Priority: '40',
      Conditions: [
        { HttpHeaderConfig: { HttpHeaderName: 'X-Service', Values: ['web'] } },
        { QueryStringConfig: { Values: [{ Key: 'a', Value: 'b' }] } },
      ],
      Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/a', Replace: '/b' }] } }],
    },
    { Priority: 'default', IsDefault: true },
  ]);
  const { TargetGroups } = await client.send(new Elb.DescribeTargetGroupsCommand({ LoadBalancerArn }));
  expect(TargetGroups).toMatchObject([
    { TargetGroupName: 'web', HealthCheckPath: '/healthz', Matcher: { HttpCode: '200' } },
  ]);
});

test('lists attributes with the defaults of AWS', async () => {
  await using lab = await startWithClient();
  const group = await lab.client.send(new Elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn: WEB }));
  expect(group.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
  const { arn } = loadBalancer([]);
  const balancer = await lab.client.send(new Elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
  expect(balancer.Attributes).toContainEqual({ Key: 'idle_timeout.timeout_seconds', Value: '60' });
});

test('answers the errors that the API documents', async () => {
  await using lab = await startWithClient();
  const { client } = lab;
  const unknown = `${WEB}x`;
  await expect(client.send(new Elb.DescribeTargetHealthCommand({ TargetGroupArn: unknown }))).rejects.toMatchObject({
    name: 'TargetGroupNotFoundException',
  });
  await expect(client.send(new Elb.DescribeLoadBalancersCommand({ Names: ['other'] }))).rejects.toMatchObject({
    name: 'LoadBalancerNotFoundException',
  });
  await expect(client.send(new Elb.DescribeListenersCommand({ ListenerArns: ['x'] }))).rejects.toMatchObject({
    name: 'ListenerNotFoundException',
  });
  await expect(
    client.send(new Elb.RegisterTargetsCommand({ TargetGroupArn: WEB, Targets: [{ Id: 'i-123' }] })),
  ).rejects.toMatchObject({ name: 'InvalidTargetException' });
});

test('changes, reorders, adds and deletes rules while it serves', async () => {
  await using target = await startTarget((request, response) => response.end(request.url));
  await using lab = await startWithClient();
  const { client, alb } = lab;
  await alb.addTarget('web', target);
  const ListenerArn = listener([]).arn;
  const answer = async (path: string) => {
    const response = await fetch(`${alb.url}${path}`, { redirect: 'manual' });
    return { status: response.status, body: await response.text() };
  };
  const fixed = (StatusCode: string) => [
    { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode, MessageBody: StatusCode } },
  ];
  const created = await client.send(
    new Elb.CreateRuleCommand({
      ListenerArn,
      Priority: 30,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/trip', '/new'] } }],
      Actions: fixed('410'),
    }),
  );
  const RuleArn = created.Rules?.[0]?.RuleArn;
  expect(await answer('/new')).toEqual({ status: 410, body: '410' });
  expect((await answer('/trip')).status).toBe(302);
  await client.send(new Elb.SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 1 }] }));
  expect((await answer('/trip')).status).toBe(410);
  await client.send(new Elb.ModifyRuleCommand({ RuleArn, Actions: fixed('404') }));
  expect((await answer('/trip')).status).toBe(404);
  await client.send(new Elb.DeleteRuleCommand({ RuleArn }));
  expect((await answer('/new')).body).toBe('/new');
  await expect(
    client.send(new Elb.SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn, Priority: 2 }] })),
  ).rejects.toMatchObject({ name: 'RuleNotFoundException' });
});

test('puts a target group to use, and out of it, by changing the weights of a rule', async () => {
  await using spare = await startTarget((_, response) => response.end('spare'));
  await using lab = await startWithClient();
  const { client, alb } = lab;
  const TargetGroupArn = targetGroup('spare').arn;
  await client.send(
    new Elb.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: spare.host, Port: spare.port }] }),
  );
  const ListenerArn = listener([]).arn;
  const TargetGroups = [
    { TargetGroupArn: WEB, Weight: 0 },
    { TargetGroupArn, Weight: 1 },
  ];
  await client.send(
    new Elb.ModifyListenerCommand({
      ListenerArn,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  await alb.event(
    (event): event is TargetHealthEvent =>
      event.kind === 'target-health' && event.targetGroup === 'spare' && event.to === 'healthy',
  );
  expect(await (await fetch(alb.url)).text()).toBe('spare');
});

test('takes changed attributes and health checks of a target group at once', async () => {
  await using lab = await startWithClient();
  const { client } = lab;
  const Attributes = [{ Key: 'stickiness.enabled', Value: 'true' }];
  const output = await client.send(new Elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: WEB, Attributes }));
  expect(output.Attributes).toContainEqual({ Key: 'stickiness.enabled', Value: 'true' });
  const modified = await client.send(
    new Elb.ModifyTargetGroupCommand({
      TargetGroupArn: WEB,
      HealthCheckPath: '/ready',
      Matcher: { HttpCode: '200-299' },
    }),
  );
  expect(modified.TargetGroups).toMatchObject([{ HealthCheckPath: '/ready', Matcher: { HttpCode: '200-299' } }]);
  for (const Key of ['stickiness.unknown', 'constructor', '__proto__']) {
    const unknown = [{ Key, Value: 'x' }];
    await expect(
      client.send(new Elb.ModifyTargetGroupAttributesCommand({ TargetGroupArn: WEB, Attributes: unknown })),
    ).rejects.toMatchObject({ name: 'InvalidConfigurationRequestException' });
  }
});

test('takes changed attributes of the load balancer at once, and refuses what AWS refuses', async () => {
  await using target = await startTarget((request, response) =>
    response.end(request.headers['x-forwarded-for'] ?? 'none'),
  );
  await using lab = await startWithClient();
  const { client, alb } = lab;
  await alb.addTarget('web', target);
  const LoadBalancerArn = loadBalancer([]).arn;
  const modify = (Key: string, Value: string) =>
    client.send(new Elb.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }));
  expect(await (await fetch(alb.url)).text()).toBe('127.0.0.1');
  await modify('routing.http.xff_header_processing.mode', 'remove');
  expect(await (await fetch(alb.url)).text()).toBe('none');
  await expect(modify('idle_timeout.timeout_seconds', '0')).rejects.toMatchObject({
    name: 'InvalidConfigurationRequestException',
  });
});

test('tells by a tag of a listener where it answers here', async () => {
  await using lab = await startWithClient();
  const { Listeners = [] } = await lab.client.send(
    new Elb.DescribeListenersCommand({ LoadBalancerArn: loadBalancer([]).arn }),
  );
  const ResourceArns = [Listeners[0]?.ListenerArn ?? '', WEB];
  const { TagDescriptions } = await lab.client.send(new Elb.DescribeTagsCommand({ ResourceArns }));
  expect(TagDescriptions).toEqual([
    { ResourceArn: ResourceArns[0], Tags: [{ Key: 'switchyard:local-url', Value: lab.alb.url }] },
    { ResourceArn: WEB, Tags: [] },
  ]);
});
