import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { decimalId } from '../identifiers.ts';
import type { ClassicLoadBalancer } from '../model.ts';
import { byName } from './order.ts';

export const classicLoadBalancer = 'AWS::ElasticLoadBalancing::LoadBalancer';

export const classicLoadBalancerTypes: ResourceTypes = {
  [classicLoadBalancer]: {
    nameProperty: 'LoadBalancerName',
    ref: ({ name }) => name,
    // What observes, and the certificates that it has on AWS.
    ignored: ['AccessLoggingPolicy', 'Listeners.SSLCertificateId'],
    attributes: { DNSName: dnsNameOf, CanonicalHostedZoneName: dnsNameOf },
  },
};

function dnsNameOf({ name, seed, place, properties }: Resource): string {
  const prefix = properties.optionalString('Scheme') === 'internal' ? 'internal-' : '';
  return `${prefix}${name}-${decimalId(seed, 10)}.${place.region}.elb.amazonaws.com`;
}

export function readClassicLoadBalancers(deployment: Deployment): ClassicLoadBalancer[] {
  return byName(deployment.of(classicLoadBalancer).map((resource) => classicLoadBalancerOf(deployment, resource)));
}

function classicLoadBalancerOf(deployment: Deployment, resource: Resource): ClassicLoadBalancer {
  const { name, properties } = resource;
  const subnets = deployment.names(properties, properties.strings('Subnets'), 'AWS::EC2::Subnet');
  const subnet = deployment.of('AWS::EC2::Subnet').find((candidate) => candidate.name === subnets[0]);
  if (subnet === undefined) throw properties.invalid('Subnets', 'is missing');
  const draining = properties.object('ConnectionDrainingPolicy');
  const drains = draining?.boolean('Enabled', false) === true;
  if (!drains) draining?.done();
  const [cookie] = properties.objects('LBCookieStickinessPolicy');
  const listeners = properties.objects('Listeners').map((listener) => listenerOf(listener, cookie));
  return {
    name,
    dnsName: dnsNameOf(resource),
    scheme: properties.oneOf('Scheme', ['internet-facing', 'internal']),
    vpc: deployment.get(subnet.properties, subnet.properties.string('VpcId'), 'AWS::EC2::VPC').name,
    subnets,
    securityGroups: deployment.names(properties, properties.strings('SecurityGroups'), 'AWS::EC2::SecurityGroup'),
    crossZone: properties.boolean('CrossZone', false),
    idleTimeoutSeconds: properties.object('ConnectionSettings')?.optionalNumber('IdleTimeout') ?? 60,
    ...(drains && { connectionDrainingSeconds: draining.optionalNumber('Timeout') ?? 300 }),
    healthCheck: healthCheckOf(properties, listeners),
    listeners: listeners.toSorted((one, other) => one.port - other.port),
  };
}

type ClassicListener = ClassicLoadBalancer['listeners'][number];

function listenerOf(listener: Properties, cookie: Properties | undefined): ClassicListener {
  const protocols = ['HTTP', 'HTTPS', 'TCP', 'SSL'] as const;
  const protocolIn = (key: string, fallback: string): ClassicListener['protocol'] => {
    const written = (listener.optionalString(key) ?? fallback).toUpperCase();
    const found = protocols.find((each) => each === written);
    if (found === undefined) throw listener.invalid(key, `is ${written}, which is none of ${protocols.join(', ')}`);
    return found;
  };
  const protocol = protocolIn('Protocol', '');
  const names = listener.strings('PolicyNames');
  const isSticky = cookie !== undefined && names.includes(cookie.string('PolicyName'));
  const seconds = isSticky ? cookie.optionalNumber('CookieExpirationPeriod') : undefined;
  return {
    port: listener.number('LoadBalancerPort'),
    protocol,
    instancePort: listener.number('InstancePort'),
    instanceProtocol: protocolIn('InstanceProtocol', protocol),
    ...(isSticky && { stickiness: seconds === undefined ? {} : { durationSeconds: seconds } }),
  };
}

/** Without one ELB opens a TCP connection to the first listener's instance port. Source: classic ELB API reference, HealthCheck. */
function healthCheckOf(
  properties: Properties,
  listeners: readonly ClassicListener[],
): ClassicLoadBalancer['healthCheck'] {
  const check = properties.object('HealthCheck');
  const target = check?.string('Target') ?? `TCP:${listeners[0]?.instancePort ?? 80}`;
  const [, protocol, port, path] = /^(HTTP|HTTPS|TCP|SSL):(\d+)(\/.*)?$/i.exec(target) ?? [];
  const isHttp = protocol?.toUpperCase().startsWith('HTTP') === true;
  if (protocol === undefined || port === undefined || isHttp !== (path !== undefined)) {
    throw properties.invalid('HealthCheck.Target', `is ${target}, which is neither like HTTP:80/path nor like TCP:80`);
  }
  const within = (key: string, min: number, max: number, fallback: number): number =>
    check?.integer(key, { min, max, fallback }) ?? fallback;
  return {
    protocol: protocol.toUpperCase() as ClassicListener['protocol'],
    port: Number(port),
    ...(path !== undefined && { path }),
    intervalSeconds: within('Interval', 5, 300, 30),
    timeoutSeconds: within('Timeout', 2, 60, 5),
    healthyThreshold: within('HealthyThreshold', 2, 10, 10),
    unhealthyThreshold: within('UnhealthyThreshold', 2, 10, 2),
  };
}
