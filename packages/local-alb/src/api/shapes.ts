import type { Listener, LoadBalancer, Rule, RuleAction, RuleCondition, TargetGroup } from '@switchyard/blueprint';
import type { TargetHealth } from '../core/health.ts';

/** The ELBv2 shapes of what the blueprint holds, by their API names. */

const CREATED = '2026-01-01T00:00:00.000Z';

export function loadBalancerShape(loadBalancer: LoadBalancer) {
  return {
    LoadBalancerArn: loadBalancer.arn,
    DNSName: loadBalancer.dnsName,
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: CREATED,
    LoadBalancerName: loadBalancer.name,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpc,
    State: { Code: 'active' },
    Type: loadBalancer.type,
    AvailabilityZones: loadBalancer.subnets.map((subnet) => ({ SubnetId: subnet })),
    SecurityGroups: loadBalancer.securityGroups,
    IpAddressType: 'ipv4',
  };
}

export function listenerShape(listener: Listener, loadBalancer: LoadBalancer, arnOf: (targetGroup: string) => string) {
  const byDefault = listener.rules.find((rule) => rule.priority === 'default');
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: loadBalancer.arn,
    Port: listener.port,
    Protocol: listener.protocol,
    ...(listener.sslPolicy === undefined ? {} : { SslPolicy: listener.sslPolicy }),
    ...(listener.certificateArns.length === 0
      ? {}
      : { Certificates: listener.certificateArns.map((arn) => ({ CertificateArn: arn })) }),
    DefaultActions: byDefault === undefined ? [] : [actionShape(byDefault.action, arnOf)],
  };
}

export function ruleShape(rule: Rule, arnOf: (targetGroup: string) => string) {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions.map(conditionShape),
    Actions: [actionShape(rule.action, arnOf)],
    IsDefault: rule.priority === 'default',
    ...(rule.transforms.length === 0 ? {} : { Transforms: rule.transforms.map(transformShape) }),
  };
}

function transformShape({ type, regex, replace }: Rule['transforms'][number]) {
  const config = { Rewrites: [{ Regex: regex, Replace: replace }] };
  return type === 'url-rewrite'
    ? { Type: type, UrlRewriteConfig: config }
    : { Type: type, HostHeaderRewriteConfig: config };
}

function conditionShape(condition: RuleCondition) {
  const { field: Field } = condition;
  switch (condition.field) {
    case 'host-header':
      return { Field, ...topLevel(condition), HostHeaderConfig: valuesShape(condition) };
    case 'path-pattern':
      return { Field, ...topLevel(condition), PathPatternConfig: valuesShape(condition) };
    case 'http-header':
      return { Field, HttpHeaderConfig: { HttpHeaderName: condition.httpHeaderName, ...valuesShape(condition) } };
    case 'http-request-method':
      return { Field, HttpRequestMethodConfig: { Values: condition.values } };
    case 'source-ip':
      return { Field, SourceIpConfig: { Values: condition.values } };
    default:
      return {
        Field,
        QueryStringConfig: {
          Values: condition.values.map(({ key, value }) => ({
            ...(key === undefined ? {} : { Key: key }),
            Value: value,
          })),
        },
      };
  }
}

interface Values {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}

function valuesShape({ values, regexValues }: Values) {
  return regexValues === undefined ? { Values: values ?? [] } : { RegexValues: regexValues };
}

function topLevel({ values, regexValues }: Values) {
  return regexValues === undefined ? { Values: values ?? [] } : { RegexValues: regexValues };
}

function actionShape(action: RuleAction, arnOf: (targetGroup: string) => string) {
  switch (action.type) {
    case 'forward': {
      const groups = action.targetGroups.map(({ targetGroup, weight }) => ({
        TargetGroupArn: arnOf(targetGroup),
        Weight: weight,
      }));
      const duration = action.stickinessDurationSeconds;
      return {
        Type: 'forward',
        ...(groups.length === 1 ? { TargetGroupArn: groups[0]?.TargetGroupArn } : {}),
        ForwardConfig: {
          TargetGroups: groups,
          TargetGroupStickinessConfig:
            duration === undefined ? { Enabled: false } : { Enabled: true, DurationSeconds: duration },
        },
      };
    }
    case 'redirect':
      return {
        Type: 'redirect',
        RedirectConfig: {
          Protocol: action.protocol ?? '#{protocol}',
          Port: action.port ?? '#{port}',
          Host: action.host ?? '#{host}',
          Path: action.path ?? '/#{path}',
          Query: action.query ?? '#{query}',
          StatusCode: `HTTP_${action.statusCode}`,
        },
      };
    default:
      return {
        Type: 'fixed-response',
        FixedResponseConfig: {
          StatusCode: String(action.statusCode),
          ...(action.contentType === undefined ? {} : { ContentType: action.contentType }),
          ...(action.messageBody === undefined ? {} : { MessageBody: action.messageBody }),
        },
      };
  }
}

export function targetGroupShape(targetGroup: TargetGroup, loadBalancerArns: readonly string[]) {
  const { healthCheck } = targetGroup;
  return {
    TargetGroupArn: targetGroup.arn,
    TargetGroupName: targetGroup.name,
    Protocol: targetGroup.protocol,
    Port: targetGroup.port,
    VpcId: targetGroup.vpc,
    HealthCheckProtocol: healthCheck.protocol,
    HealthCheckPort: String(healthCheck.port),
    HealthCheckEnabled: healthCheck.enabled,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThresholdCount,
    UnhealthyThresholdCount: healthCheck.unhealthyThresholdCount,
    HealthCheckPath: healthCheck.path,
    Matcher: { [targetGroup.protocolVersion === 'GRPC' ? 'GrpcCode' : 'HttpCode']: healthCheck.matcher },
    LoadBalancerArns: loadBalancerArns,
    TargetType: targetGroup.targetType,
    ProtocolVersion: targetGroup.protocolVersion,
    IpAddressType: 'ipv4',
  };
}

export function targetHealthShape(
  target: { readonly id: string; readonly port: number; readonly availabilityZone?: string | undefined },
  health: TargetHealth,
  healthCheckPort: string,
) {
  return {
    Target: {
      Id: target.id,
      Port: target.port,
      ...(target.availabilityZone === undefined ? {} : { AvailabilityZone: target.availabilityZone }),
    },
    HealthCheckPort: healthCheckPort,
    TargetHealth: {
      State: health.state,
      ...(health.reason === undefined ? {} : { Reason: health.reason }),
      ...(health.description === undefined ? {} : { Description: health.description }),
    },
    AnomalyDetection: { Result: 'normal', MitigationInEffect: 'no' },
  };
}

/** Attributes as ELBv2 lists them: the defaults, overlaid with what is set. */
export function attributesShape(defaults: Readonly<Record<string, string>>, set: Readonly<Record<string, string>>) {
  return Object.entries({ ...defaults, ...set }).map(([Key, Value]) => ({ Key, Value }));
}
