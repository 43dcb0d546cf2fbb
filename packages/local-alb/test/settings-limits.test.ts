import * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { loadBalancer, startTarget, startTestAlb, targetGroup } from './fixture.ts';
import { startClient } from './sdk-client.ts';

/** What the API refuses of a target group's health check and of attributes, as the SDK sees it. */

async function startLab() {
  await using stack = new AsyncDisposableStack();
  const grpc = targetGroup('grpc', { protocolVersion: 'GRPC' });
  const alb = stack.use(await startTestAlb({ targetGroups: [targetGroup('web'), grpc] }));
  const { client } = stack.use(await startClient(alb));
  const opened = stack.move();
  return {
    alb,
    client,
    modify: (more: Partial<Elb.ModifyTargetGroupCommandInput>) =>
      client.send(new Elb.ModifyTargetGroupCommand({ TargetGroupArn: targetGroup('web').arn, ...more })),
    setOnGroup: (Key: string, Value: string) =>
      client.send(
        new Elb.ModifyTargetGroupAttributesCommand({
          TargetGroupArn: targetGroup('web').arn,
          Attributes: [{ Key, Value }],
        }),
      ),
    setOnBalancer: (Key: string, Value: string) =>
      client.send(
        new Elb.ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: loadBalancer([]).arn,
          Attributes: [{ Key, Value }],
        }),
      ),
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

const refused = (name: string) => ({ name, $metadata: { httpStatusCode: 400 } });

test.for<Partial<Elb.ModifyTargetGroupCommandInput>>([
  { HealthCheckIntervalSeconds: 0 },
  { HealthCheckIntervalSeconds: 4 },
  { HealthCheckIntervalSeconds: 301 },
  { HealthCheckIntervalSeconds: 3_000_000 },
  { HealthCheckTimeoutSeconds: 1 },
  { HealthCheckTimeoutSeconds: 121 },
  { HealthCheckTimeoutSeconds: 5 },
  { HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10 },
  { HealthyThresholdCount: 0 },
  { HealthyThresholdCount: 11 },
  { UnhealthyThresholdCount: 1 },
  { HealthCheckPort: '99999' },
  { HealthCheckPort: '0' },
  { HealthCheckPort: '1e3' },
  { HealthCheckPort: '' },
  { HealthCheckPath: '' },
  { HealthCheckPath: 'healthz' },
  { HealthCheckPath: '/a b' },
  { HealthCheckPath: '/a\r\nX-Header: b' },
  { HealthCheckPath: `/${'a'.repeat(1024)}` },
  { HealthCheckProtocol: 'TCP' },
  { HealthCheckEnabled: false },
  { Matcher: { HttpCode: '' } },
  { Matcher: { HttpCode: '199' } },
  { Matcher: { HttpCode: '200-500' } },
  { Matcher: { HttpCode: '299-200' } },
  { Matcher: { HttpCode: '200,' } },
  { Matcher: { HttpCode: 'ok' } },
  { Matcher: { GrpcCode: '12' } },
  { TargetGroupArn: targetGroup('grpc').arn, Matcher: { GrpcCode: '100' } },
  { TargetGroupArn: targetGroup('grpc').arn, Matcher: { HttpCode: '200' } },
])('refuses the health check %j and changes nothing', async (more) => {
  await using lab = await startLab();
  await expect(lab.modify(more)).rejects.toMatchObject(refused('ValidationError'));
  const { TargetGroups } = await lab.client.send(new Elb.DescribeTargetGroupsCommand({ Names: ['web'] }));
  expect(TargetGroups).toMatchObject([
    {
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 5,
      HealthCheckPath: '/healthz',
      HealthCheckPort: 'traffic-port',
      Matcher: { HttpCode: '200' },
    },
  ]);
});

test('takes a health check just within the limits', async () => {
  await using lab = await startLab();
  const least = {
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    HealthCheckPort: '1',
    HealthCheckPath: '/',
    HealthCheckProtocol: 'HTTPS' as const,
    HealthCheckEnabled: true,
    Matcher: { HttpCode: '200' },
  };
  const most = {
    HealthCheckIntervalSeconds: 300,
    HealthCheckTimeoutSeconds: 120,
    HealthyThresholdCount: 10,
    UnhealthyThresholdCount: 10,
    HealthCheckPort: '65535',
    HealthCheckPath: `/${'a'.repeat(1023)}`,
    HealthCheckProtocol: 'HTTP' as const,
    HealthCheckEnabled: true,
    Matcher: { HttpCode: '200,202,300-499' },
  };
  expect((await lab.modify(least)).TargetGroups).toMatchObject([least]);
  expect((await lab.modify(most)).TargetGroups).toMatchObject([most]);
  const grpc = { TargetGroupArn: targetGroup('grpc').arn, Matcher: { GrpcCode: '0,12-99' } };
  expect((await lab.modify(grpc)).TargetGroups).toMatchObject([{ Matcher: { GrpcCode: '0,12-99' } }]);
});

test('goes on checking as before when a changed health check is refused', async () => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using lab = await startLab();
  await expect(lab.modify({ HealthCheckPort: '99999' })).rejects.toMatchObject(refused('ValidationError'));
  await lab.alb.addTarget('web', target);
});

const minimum = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';

test.for([
  ['stickiness.enabled', 'yes'],
  ['stickiness.enabled', ''],
  ['stickiness.enabled', 'TRUE'],
  ['stickiness.type', 'source_ip'],
  ['stickiness.app_cookie.cookie_name', 'AWSALBAPP'],
  ['stickiness.app_cookie.cookie_name', 'a;b'],
  ['load_balancing.algorithm.type', 'random'],
  ['load_balancing.algorithm.anomaly_mitigation', 'true'],
  ['load_balancing.cross_zone.enabled', 'on'],
  [`${minimum}.count`, '0'],
  [`${minimum}.count`, 'none'],
  [`${minimum}.percentage`, '101'],
  ['slow_start.duration_seconds', '29'],
  ['deregistration_delay.timeout_seconds', '3601'],
] as const)('refuses the target group attribute %s = %j', async ([key, value]) => {
  await using lab = await startLab();
  await expect(lab.setOnGroup(key, value)).rejects.toMatchObject(refused('InvalidConfigurationRequestException'));
});

test('refuses stickiness by an application cookie that has no name', async () => {
  await using lab = await startLab();
  await lab.setOnGroup('stickiness.enabled', 'true');
  await expect(lab.setOnGroup('stickiness.type', 'app_cookie')).rejects.toMatchObject(
    refused('InvalidConfigurationRequestException'),
  );
});

test.for([
  ['routing.http2.enabled', '1'],
  ['routing.http.drop_invalid_header_fields.enabled', 'yes'],
  ['routing.http.xff_header_processing.mode', 'replace'],
  ['routing.http.desync_mitigation_mode', ''],
  ['idle_timeout.timeout_seconds', '4001'],
  ['client_keep_alive.seconds', '59'],
] as const)('refuses the load balancer attribute %s = %j', async ([key, value]) => {
  await using lab = await startLab();
  await expect(lab.setOnBalancer(key, value)).rejects.toMatchObject(refused('InvalidConfigurationRequestException'));
});

test('takes every attribute with each kind of value that it has', async () => {
  await using lab = await startLab();
  const group = [
    ['stickiness.app_cookie.cookie_name', 'session'],
    ['stickiness.type', 'app_cookie'],
    ['stickiness.enabled', 'true'],
    ['load_balancing.algorithm.type', 'weighted_random'],
    ['load_balancing.algorithm.anomaly_mitigation', 'on'],
    ['load_balancing.cross_zone.enabled', 'false'],
    [`${minimum}.count`, 'off'],
    [`${minimum}.count`, '3'],
    [`${minimum}.percentage`, '100'],
    ['slow_start.duration_seconds', '0'],
  ] as const;
  for (const [Key, Value] of group) {
    expect((await lab.setOnGroup(Key, Value)).Attributes).toContainEqual({ Key, Value });
  }
  const balancer = [
    ['routing.http2.enabled', 'false'],
    ['routing.http.desync_mitigation_mode', 'strictest'],
    ['access_logs.s3.bucket', 'logs'],
    ['idle_timeout.timeout_seconds', '4000'],
  ] as const;
  for (const [Key, Value] of balancer) {
    expect((await lab.setOnBalancer(Key, Value)).Attributes).toContainEqual({ Key, Value });
  }
});
