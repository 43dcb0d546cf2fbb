import type { Listener, LoadBalancer, Rule, TargetGroup } from '@switchyard/blueprint';
import type { TargetHealth } from '../core/health.ts';

/** Blueprint values in the shapes of the ELBv2 API. `arnOf` gives a target group's ARN for its name. */

type ArnOf = (targetGroup: string) => string;

export function loadBalancerShape(loadBalancer: LoadBalancer) {
  return {
    LoadBalancerArn: loadBalancer.arn,
    LoadBalancerName: loadBalancer.name,
    DNSName: loadBalancer.dnsName,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpc,
    State: { Code: 'active' },
    Type: 'network',
    SecurityGroups: loadBalancer.securityGroups,
    IpAddressType: 'ipv4',
  };
}

export function listenerShape({ arn, port, protocol, rules }: Listener, loadBalancerArn: string, arnOf: ArnOf) {
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancerArn,
    Port: port,
    Protocol: protocol,
    DefaultActions: rules.slice(-1).map((rule) => actionShape(rule, arnOf)),
  };
}

export function ruleShape(rule: Rule, arnOf: ArnOf) {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: [],
    Actions: [actionShape(rule, arnOf)],
    IsDefault: rule.priority === 'default',
  };
}

function actionShape({ action }: Rule, arnOf: ArnOf) {
  const name = action.type === 'forward' ? action.targetGroups[0]?.targetGroup : undefined;
  return { Type: action.type, ...(name === undefined ? {} : { TargetGroupArn: arnOf(name) }) };
}

export function targetGroupShape(group: TargetGroup, loadBalancerArns: readonly string[]) {
  const { healthCheck } = group;
  const isHttp = healthCheck.protocol !== 'TCP';
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpc,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: String(healthCheck.port),
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThresholdCount,
    UnhealthyThresholdCount: healthCheck.unhealthyThresholdCount,
    ...(isHttp ? { HealthCheckPath: healthCheck.path, Matcher: { HttpCode: healthCheck.matcher } } : {}),
    LoadBalancerArns: loadBalancerArns,
    TargetType: group.targetType,
    IpAddressType: 'ipv4',
  };
}

export function targetHealthShape(
  { id, port }: { readonly id: string; readonly port: number },
  { state, reason, description }: TargetHealth,
  healthCheckPort: string,
) {
  return {
    Target: { Id: id, Port: port },
    HealthCheckPort: healthCheckPort,
    TargetHealth: {
      State: state,
      ...(reason === undefined ? {} : { Reason: reason }),
      ...(description === undefined ? {} : { Description: description }),
    },
  };
}
