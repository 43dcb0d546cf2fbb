import type { Listener, LoadBalancer, Rule, RuleAction, TargetGroup } from '@switchyard/blueprint';

/** Blueprint values for tests. */

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';

export function targetGroup(name: string, overrides: Partial<TargetGroup> = {}): TargetGroup {
  return {
    name,
    arn: `${ARN}:targetgroup/${name}/0123456789abcdef`,
    vpc: 'vpc-1',
    targetType: 'ip',
    protocol: 'HTTP',
    protocolVersion: 'HTTP1',
    port: 3000,
    healthCheck: {
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/healthz',
      intervalSeconds: 5,
      timeoutSeconds: 2,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      matcher: '200',
    },
    attributes: {},
    ...overrides,
  };
}

export function rule(priority: number | 'default', action: RuleAction, overrides: Partial<Rule> = {}): Rule {
  const arn = `${ARN}:listener-rule/app/test/1/2/${priority}`;
  return { arn, priority, conditions: [], transforms: [], action, ...overrides };
}

export function forwardTo(...names: readonly string[]): RuleAction {
  return { type: 'forward', targetGroups: names.map((name) => ({ targetGroup: name, weight: 1 })) };
}

export function listener(rules: readonly Rule[], overrides: Partial<Listener> = {}): Listener {
  return {
    arn: `${ARN}:listener/app/test/1/${overrides.port ?? 80}`,
    port: 80,
    protocol: 'HTTP',
    certificateArns: [],
    attributes: {},
    rules,
    ...overrides,
  };
}

export function loadBalancer(listeners: readonly Listener[], attributes: Record<string, string> = {}): LoadBalancer {
  return {
    name: 'test',
    arn: `${ARN}:loadbalancer/app/test/0123456789abcdef`,
    dnsName: 'test-1234567890.us-east-1.elb.amazonaws.com',
    type: 'application',
    scheme: 'internet-facing',
    vpc: 'vpc-1',
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    attributes,
    listeners,
  };
}
