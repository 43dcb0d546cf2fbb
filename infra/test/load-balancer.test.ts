import { describe, expect, it } from 'vitest';
import { buildApp } from '../src/app.ts';
import { PathRouter } from '../src/constructs/path-router.ts';
import { logicalIdOf, propertiesOf, repositoryRoot, resourcesOf, synthesize } from './synthesis.ts';

const { platform, services } = synthesize();

function attributesOf(properties: { Key: string; Value: string }[]): Record<string, string> {
  return Object.fromEntries(properties.map(({ Key, Value }) => [Key, Value]));
}

function serviceOf(targetGroup: Record<string, unknown>): string {
  return logicalIdOf(targetGroup).replace(/TargetGroup.*$/, '');
}

describe('the load balancer', () => {
  it('is internet-facing, in the public subnets of both zones', () => {
    const [loadBalancer] = propertiesOf(platform, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(loadBalancer.Scheme).toBe('internet-facing');
    expect(loadBalancer.Subnets.map((subnet: Record<string, unknown>) => logicalIdOf(subnet))).toEqual([
      expect.stringContaining('publicSubnet1'),
      expect.stringContaining('publicSubnet2'),
    ]);
  });

  it('closes idle connections after 60 s and drops headers that are not valid', () => {
    const [loadBalancer] = propertiesOf(platform, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(attributesOf(loadBalancer.LoadBalancerAttributes)).toMatchObject({
      'idle_timeout.timeout_seconds': '60',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
    });
  });

  it('lets the internet in on port 80 and nowhere else', () => {
    const [group] = propertiesOf(platform, 'AWS::EC2::SecurityGroup');
    expect(group.SecurityGroupIngress).toEqual([
      { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 80, ToPort: 80, Description: 'Internet to load balancer' },
    ]);
  });
});

describe('the listener', () => {
  it('listens on port 80 and sends what no rule matches to the frontend', () => {
    services.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    const [listener] = propertiesOf(services, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listener).toMatchObject({ Port: 80, Protocol: 'HTTP' });
    expect(listener.DefaultActions).toHaveLength(1);
    expect(serviceOf(listener.DefaultActions[0].TargetGroupArn)).toBe('frontend');
  });

  const rules = Object.fromEntries(
    propertiesOf(services, 'AWS::ElasticLoadBalancingV2::ListenerRule').map((rule) => [rule.Priority, rule]),
  );

  it('has five rules', () => {
    expect(Object.keys(rules)).toEqual(['10', '20', '30', '40', '50']);
  });

  it('answers 403 itself for /internal and what is under it', () => {
    expect(rules[10].Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/internal', '/internal/*'] } },
    ]);
    expect(rules[10].Actions).toMatchObject([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }]);
  });

  it.each([
    [20, 'api'],
    [30, 'worker'],
  ])('rule %i forwards the path of %s and what is under it', (priority, service) => {
    expect(rules[priority].Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: [`/${service}`, `/${service}/*`] } },
    ]);
    expect(serviceOf(rules[priority].Actions[0].TargetGroupArn)).toBe(service);
  });

  it('forwards /whoami with the header X-Service: worker to the worker', () => {
    expect(rules[40].Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/whoami'] } },
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Service', Values: ['worker'] } },
    ]);
    expect(serviceOf(rules[40].Actions[0].TargetGroupArn)).toBe('worker');
  });

  it('redirects /trip to /journey for the time being', () => {
    expect(rules[50].Conditions).toEqual([{ Field: 'path-pattern', PathPatternConfig: { Values: ['/trip'] } }]);
    expect(rules[50].Actions).toEqual([
      { Type: 'redirect', RedirectConfig: { Path: '/journey', StatusCode: 'HTTP_302' } },
    ]);
  });

  it('refuses two rules of the same priority', () => {
    const { services: stack, platform } = buildApp({ repositoryRoot });
    const { frontend, api, worker } = stack.services;
    const rule = { priority: 7, paths: ['/a'], action: { type: 'redirect', path: '/b' } } as const;
    const build = () =>
      new PathRouter(stack, 'Twice', {
        loadBalancer: platform.entrance.loadBalancer,
        httpPort: 81,
        httpsPort: 444,
        rules: [rule, rule],
        defaultService: 'frontend',
        targetGroups: { frontend: frontend.targetGroup, api: api.targetGroup, worker: worker.targetGroup },
      });
    expect(build).toThrow('Two rules have the priority 7');
  });
});

describe('a target group', () => {
  const groups = Object.entries(resourcesOf(services, 'AWS::ElasticLoadBalancingV2::TargetGroup'));

  it('exists once for each service and holds the addresses of tasks', () => {
    expect(groups.map(([id]) => id.replace(/TargetGroup.*$/, ''))).toEqual(['frontend', 'api', 'worker']);
    for (const [, { Properties }] of groups) {
      expect(Properties).toMatchObject({ TargetType: 'ip', Protocol: 'HTTP', Port: 3000 });
    }
  });

  it('asks /healthz every 10 s for a 200 within 5 s, two times for a change of mind', () => {
    for (const [, { Properties }] of groups) {
      expect(Properties).toMatchObject({
        HealthCheckPath: '/healthz',
        HealthCheckIntervalSeconds: 10,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200' },
      });
    }
  });

  it('drains for 15 s, which is less than a task has to stop', () => {
    for (const [, { Properties }] of groups) {
      expect(attributesOf(Properties.TargetGroupAttributes)['deregistration_delay.timeout_seconds']).toBe('15');
    }
  });

  it('keeps a client on one task for an hour at the frontend only', () => {
    const stickiness = groups.map(([, { Properties }]) => {
      const attributes = attributesOf(Properties.TargetGroupAttributes);
      return [
        attributes['stickiness.enabled'],
        attributes['stickiness.type'],
        attributes['stickiness.lb_cookie.duration_seconds'],
      ];
    });
    expect(stickiness).toEqual([
      ['true', 'lb_cookie', '3600'],
      ['false', undefined, undefined],
      ['false', undefined, undefined],
    ]);
  });
});
