import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf, hexId } from '../identifiers.ts';
import type { TargetGroup, TargetGroupHealthCheck } from '../model.ts';
import { byName } from './order.ts';

const targetGroup = 'AWS::ElasticLoadBalancingV2::TargetGroup';

export const targetGroupTypes: ResourceTypes = {
  [targetGroup]: {
    nameProperty: 'Name',
    ref: (resource) => arnOf(resource.place, 'elasticloadbalancing', fullNameOf(resource)),
    attributes: {
      TargetGroupArn: ({ ref }) => ref,
      TargetGroupName: ({ name }) => name,
      TargetGroupFullName: fullNameOf,
      LoadBalancerArns: () => [],
    },
  },
};

function fullNameOf({ name, seed }: Resource): string {
  return `targetgroup/${name}/${hexId(seed, 16)}`;
}

export function readTargetGroups(deployment: Deployment): TargetGroup[] {
  return byName(deployment.of(targetGroup).map((resource) => targetGroupOf(deployment, resource)));
}

function targetGroupOf(deployment: Deployment, resource: Resource): TargetGroup {
  const { name, ref, properties } = resource;
  const targetType = properties.oneOf('TargetType', ['instance', 'ip', 'alb', 'lambda']);
  if (targetType === 'lambda') deployment.warn(resource, 'has Lambda targets, which do not run locally');
  if (properties.optionalString('IpAddressType') === 'ipv6')
    deployment.warn(resource, 'has IPv6 targets, which do not run locally');
  if (!isEmptyList(properties.raw('Targets')))
    deployment.warn(resource, 'lists targets in the template, which the blueprint does not hold');
  const protocol = properties.oneOf('Protocol', ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'], {
    required: targetType !== 'lambda',
  });
  const protocolVersion = properties.oneOf('ProtocolVersion', ['HTTP1', 'HTTP2', 'GRPC']);
  const vpc = properties.optionalString('VpcId');
  if (vpc === undefined && targetType !== 'lambda') throw properties.invalid('VpcId', 'is missing');
  return {
    name,
    arn: ref,
    vpc: vpc === undefined ? '' : deployment.get(properties, vpc, 'AWS::EC2::VPC').name,
    targetType,
    protocol,
    protocolVersion,
    port: targetType === 'lambda' ? 0 : properties.number('Port'),
    healthCheck: checked(properties, healthCheckOf(properties, defaultsOf({ targetType, protocol, protocolVersion }))),
    attributes: properties.pairs('TargetGroupAttributes'),
  };
}

function isEmptyList(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Source: "Target group health checks" of the Application and of the Network Load Balancer user guide. */
function defaultsOf(group: Pick<TargetGroup, 'targetType' | 'protocol' | 'protocolVersion'>): TargetGroupHealthCheck {
  const { targetType, protocol, protocolVersion } = group;
  const isApplication = protocol === 'HTTP' || protocol === 'HTTPS';
  const isGrpc = protocolVersion === 'GRPC';
  const isLambda = targetType === 'lambda';
  return {
    enabled: !isLambda,
    protocol: isApplication ? 'HTTP' : 'TCP',
    port: 'traffic-port',
    path: isGrpc ? '/AWS.ALB/healthcheck' : '/',
    intervalSeconds: isLambda ? 35 : 30,
    timeoutSeconds: isApplication ? 5 : 10,
    healthyThresholdCount: 5,
    unhealthyThresholdCount: isLambda ? 5 : 2,
    matcher: isGrpc ? '12' : isApplication ? '200' : '200-399',
  };
}

function healthCheckOf(properties: Properties, defaults: TargetGroupHealthCheck): TargetGroupHealthCheck {
  const port = properties.optionalString('HealthCheckPort') ?? 'traffic-port';
  const matcher = properties.object('Matcher');
  const code = matcher?.optionalString('HttpCode') ?? matcher?.optionalString('GrpcCode') ?? defaults.matcher;
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(code))
    throw properties.invalid('Matcher', `is ${code}, which is no list of codes`);
  const protocol = properties.oneOf('HealthCheckProtocol', [defaults.protocol, 'HTTP', 'HTTPS', 'TCP']);
  const within = (key: string, min: number, max: number, fallback: number) =>
    properties.integer(key, { min, max, fallback });
  return {
    enabled: properties.boolean('HealthCheckEnabled', defaults.enabled),
    protocol,
    port: port === 'traffic-port' ? port : Number(port),
    path: properties.optionalString('HealthCheckPath') ?? defaults.path,
    intervalSeconds: within('HealthCheckIntervalSeconds', 5, 300, defaults.intervalSeconds),
    timeoutSeconds: within('HealthCheckTimeoutSeconds', 2, 120, defaults.timeoutSeconds),
    healthyThresholdCount: within('HealthyThresholdCount', 2, 10, defaults.healthyThresholdCount),
    unhealthyThresholdCount: within('UnhealthyThresholdCount', 2, 10, defaults.unhealthyThresholdCount),
    matcher: code,
  };
}

const portMax = 65_535;
const pathCharactersMax = 1024;

/** Refuses what a deployment would refuse. Source: the API's types; "Health checks" of the user guides. */
function checked(properties: Properties, check: TargetGroupHealthCheck): TargetGroupHealthCheck {
  const { port, path, intervalSeconds, timeoutSeconds } = check;
  if (port !== 'traffic-port' && !(Number.isInteger(port) && port >= 1 && port <= portMax))
    throw properties.invalid('HealthCheckPort', `is neither traffic-port nor a number from 1 to ${portMax}`);
  if (!/^\/[\u0021-\u007e]*$/.test(path) && path !== '')
    throw properties.invalid('HealthCheckPath', 'does not begin with / or has characters that are not printable');
  if (path.length > pathCharactersMax)
    throw properties.invalid('HealthCheckPath', `has more than ${pathCharactersMax} characters`);
  if (check.protocol !== 'TCP' && timeoutSeconds >= intervalSeconds)
    throw properties.invalid(
      'HealthCheckTimeoutSeconds',
      `is ${timeoutSeconds}, but must be less than the interval of ${intervalSeconds}`,
    );
  return check;
}
