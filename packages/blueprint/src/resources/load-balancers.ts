import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { BlueprintError } from '../errors.ts';
import { arnOf, decimalId, hexId } from '../identifiers.ts';
import type { Listener, LoadBalancer, TargetGroup } from '../model.ts';
import { rulesPerLoadBalancerMax } from '../rules/rule-limits.ts';
import { readListeners } from './listeners.ts';
import { byName } from './order.ts';

const loadBalancer = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

const addressTypes = ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'] as const;

export const loadBalancerTypes: ResourceTypes = {
  [loadBalancer]: {
    nameProperty: 'Name',
    // Its addresses, which are others locally, and how large it is from the start.
    ignored: ['SubnetMappings.AllocationId', 'SubnetMappings.PrivateIPv4Address', 'MinimumLoadBalancerCapacity'],
    ref: (resource) => arnOf(resource.place, 'elasticloadbalancing', `loadbalancer/${fullNameOf(resource)}`),
    attributes: {
      LoadBalancerArn: ({ ref }) => ref,
      LoadBalancerName: ({ name }) => name,
      LoadBalancerFullName: fullNameOf,
      DNSName: dnsNameOf,
      CanonicalHostedZoneID: ({ place }) => `Z${hexId(place.region, 13).toUpperCase()}`,
      SecurityGroups: ({ properties }) => properties.strings('SecurityGroups'),
    },
  },
};

/** `app/<name>/<id>`: what stands in ARNs and CloudWatch dimensions. */
function fullNameOf({ name, seed, properties }: Resource): string {
  const kind = properties.optionalString('Type') === 'network' ? 'net' : 'app';
  return `${kind}/${name}/${hexId(seed, 16)}`;
}

function dnsNameOf({ name, seed, place, properties }: Resource): string {
  const prefix = properties.optionalString('Scheme') === 'internal' ? 'internal-' : '';
  return `${prefix}${name}-${decimalId(seed, 10)}.${place.region}.elb.amazonaws.com`;
}

export function readLoadBalancers(deployment: Deployment, targetGroups: readonly TargetGroup[]): LoadBalancer[] {
  const loadBalancers = deployment
    .of(loadBalancer)
    .map((resource) => loadBalancerOf(deployment, resource, targetGroups));
  refuseShared(loadBalancers);
  return byName(loadBalancers);
}

/** A target group has one load balancer. Source: "Quotas" of the user guide; `TargetGroupAssociationLimit` of the API. */
function refuseShared(loadBalancers: readonly LoadBalancer[]): void {
  const owners = new Map<string, string>();
  for (const { name, listeners } of loadBalancers) {
    for (const group of targetGroupsOf(listeners)) {
      const owner = owners.get(group) ?? name;
      owners.set(group, owner);
      if (owner === name) continue;
      throw new BlueprintError(
        'BLUEPRINT_RULE_REFUSED',
        `Both ${owner} and ${name} forward to the target group ${group}, but a target group has one load balancer only; make another one.`,
      );
    }
  }
}

function targetGroupsOf(listeners: readonly Listener[]): string[] {
  return listeners
    .flatMap(({ rules }) => rules)
    .flatMap(({ action }) => (action.type === 'forward' ? action.targetGroups : []))
    .map(({ targetGroup }) => targetGroup);
}

function loadBalancerOf(
  deployment: Deployment,
  resource: Resource,
  targetGroups: readonly TargetGroup[],
): LoadBalancer {
  const { name, ref, properties, label } = resource;
  if (properties.optionalString('Type') === 'gateway') {
    throw new BlueprintError(
      'BLUEPRINT_RESOURCE_UNSUPPORTED',
      `${label} is a Gateway Load Balancer, which the blueprint cannot represent; use an application or network one.`,
    );
  }
  const mapped = properties.objects('SubnetMappings').map((mapping) => mapping.string('SubnetId'));
  const subnets = deployment.names(properties, [...properties.strings('Subnets'), ...mapped], 'AWS::EC2::Subnet');
  const [subnet] = subnets;
  const vpc = deployment.of('AWS::EC2::Subnet').find((candidate) => candidate.name === subnet);
  if (vpc === undefined) throw properties.invalid('Subnets', 'is missing');
  if (properties.oneOf('IpAddressType', addressTypes) !== 'ipv4')
    deployment.warn(resource, 'has IPv6 addresses, which the local run does without');
  const listeners = readListeners(deployment, resource, targetGroups);
  const ruleCount = listeners.reduce((sum, { rules }) => sum + rules.length - 1, 0);
  if (ruleCount > rulesPerLoadBalancerMax) {
    deployment.warn(
      resource,
      `has ${ruleCount} rules, but an account's quota is ${rulesPerLoadBalancerMax} unless it has been raised`,
    );
  }
  return {
    name,
    arn: ref,
    dnsName: dnsNameOf(resource),
    type: properties.oneOf('Type', ['application', 'network']),
    scheme: properties.oneOf('Scheme', ['internet-facing', 'internal']),
    vpc: deployment.get(vpc.properties, vpc.properties.string('VpcId'), 'AWS::EC2::VPC').name,
    subnets,
    securityGroups: deployment.names(properties, properties.strings('SecurityGroups'), 'AWS::EC2::SecurityGroup'),
    attributes: properties.pairs('LoadBalancerAttributes'),
    listeners,
  };
}
