import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { decimalId, hexId } from '../identifiers.ts';
import { own } from '../json.ts';
import type { Blueprint, Subnet, SubnetTier } from '../model.ts';
import { byName } from './order.ts';
import { readRouteTables } from './routes.ts';

const vpc = 'AWS::EC2::VPC';
const subnet = 'AWS::EC2::Subnet';
const internetGateway = 'AWS::EC2::InternetGateway';
const natGateway = 'AWS::EC2::NatGateway';

export const networkTypes: ResourceTypes = {
  [vpc]: {
    ref: idWith('vpc'),
    // Hardware.
    ignored: ['InstanceTenancy'],
    attributes: {
      VpcId: ({ ref }) => ref,
      CidrBlock: ({ properties }) => properties.string('CidrBlock'),
      CidrBlockAssociations: ({ seed }) => [`vpc-cidr-assoc-0${hexId(seed, 16)}`],
      DefaultNetworkAcl: ({ seed }) => `acl-0${hexId(`${seed}/default`, 16)}`,
      DefaultSecurityGroup: ({ seed }) => `sg-0${hexId(`${seed}/default`, 16)}`,
      Ipv6CidrBlocks: () => [],
    },
  },
  [subnet]: {
    isNamedByLastSegment: true,
    ref: idWith('subnet'),
    // Host names of instances, which nothing asks for.
    ignored: ['PrivateDnsNameOptionsOnLaunch'],
    attributes: {
      SubnetId: ({ ref }) => ref,
      AvailabilityZone: ({ properties }) => properties.string('AvailabilityZone'),
      CidrBlock: ({ properties }) => properties.string('CidrBlock'),
      VpcId: ({ properties }) => properties.string('VpcId'),
      Ipv6CidrBlocks: () => [],
      NetworkAclAssociationId: ({ seed }) => `aclassoc-0${hexId(seed, 16)}`,
    },
  },
  [internetGateway]: {
    isNamedByLastSegment: true,
    ref: idWith('igw'),
    attributes: { InternetGatewayId: ({ ref }) => ref },
  },
  [natGateway]: {
    isNamedByLastSegment: true,
    ref: idWith('nat'),
    attributes: { NatGatewayId: ({ ref }) => ref },
    // Its addresses: locally what leaves has the task's.
    ignored: [
      'AllocationId',
      'PrivateIpAddress',
      'SecondaryAllocationIds',
      'SecondaryPrivateIpAddressCount',
      'SecondaryPrivateIpAddresses',
      'MaxDrainDurationSeconds',
    ],
  },
  'AWS::EC2::EIP': {
    // An address of the documentation range: it leads nowhere.
    ref: ({ seed }) => `203.0.113.${Number(decimalId(seed, 6)) % 256}`,
    ignored: ['Address', 'Domain', 'InstanceId', 'IpamPoolId', 'NetworkBorderGroup', 'PublicIpv4Pool'],
    attributes: {
      AllocationId: ({ seed }) => `eipalloc-0${hexId(seed, 16)}`,
      PublicIp: ({ ref }) => ref,
    },
  },
  'AWS::EC2::VPCGatewayAttachment': { ref: idWith('attachment') },
  'AWS::EC2::SubnetRouteTableAssociation': { ref: idWith('rtbassoc') },
};

/** An id as EC2 shapes them: the prefix, a dash and 17 hexadecimal digits. */
function idWith(prefix: string): (resource: Resource) => string {
  return ({ seed }) => `${prefix}-0${hexId(seed, 16)}`;
}

type Network = 'vpcs' | 'internetGateways' | 'natGateways' | 'subnets' | 'routeTables';

export function readNetwork(deployment: Deployment): Pick<Blueprint, Network> {
  return {
    vpcs: byName(deployment.of(vpc).map((resource) => vpcOf(deployment, resource))),
    internetGateways: byName(deployment.of(internetGateway).flatMap((gateway) => attachedGateway(deployment, gateway))),
    natGateways: byName(
      deployment.of(natGateway).map(({ name, ref, properties }) => {
        const place = deployment.get(properties, properties.string('SubnetId'), subnet);
        return { name, id: ref, subnet: place.name };
      }),
    ),
    subnets: byName(deployment.of(subnet).map((resource) => subnetOf(deployment, resource))),
    routeTables: readRouteTables(deployment),
  };
}

function vpcOf(deployment: Deployment, resource: Resource): Blueprint['vpcs'][number] {
  const { name, ref, properties } = resource;
  const off = ['EnableDnsSupport', 'EnableDnsHostnames'].filter((key) => !properties.boolean(key, true));
  if (off.length > 0)
    deployment.warn(resource, `turns ${off.join(' and ')} off, without which private names resolve locally only`);
  return { name, id: ref, cidrBlock: properties.string('CidrBlock') };
}

function attachedGateway(deployment: Deployment, gateway: Resource): Blueprint['internetGateways'][number][] {
  const attachments = deployment.of('AWS::EC2::VPCGatewayAttachment');
  const attachment = attachments.find(
    ({ properties }) => properties.optionalString('InternetGatewayId') === gateway.ref,
  );
  if (attachment === undefined) {
    deployment.warn(gateway, 'is attached to no VPC, so it is left out');
    return [];
  }
  const { properties } = attachment;
  const { name } = deployment.get(properties, properties.string('VpcId'), vpc);
  return [{ name: gateway.name, id: gateway.ref, vpc: name }];
}

function subnetOf(deployment: Deployment, resource: Resource): Subnet {
  const { name, ref, properties } = resource;
  const routeTable = associated(
    deployment,
    ref,
    'AWS::EC2::SubnetRouteTableAssociation',
    'RouteTableId',
    'AWS::EC2::RouteTable',
  );
  const networkAcl = associated(
    deployment,
    ref,
    'AWS::EC2::SubnetNetworkAclAssociation',
    'NetworkAclId',
    'AWS::EC2::NetworkAcl',
  );
  return {
    name,
    id: ref,
    vpc: deployment.get(properties, properties.string('VpcId'), vpc).name,
    tier: tierOf(deployment, resource, routeTable),
    availabilityZone: properties.string('AvailabilityZone'),
    cidrBlock: properties.string('CidrBlock'),
    ...(routeTable && { routeTable: routeTable.name }),
    ...(networkAcl && { networkAcl: networkAcl.name }),
    mapPublicIpOnLaunch: properties.boolean('MapPublicIpOnLaunch', false),
  };
}

function associated(
  deployment: Deployment,
  subnetId: string,
  type: string,
  key: string,
  target: string,
): Resource | undefined {
  const association = deployment.of(type).find(({ properties }) => properties.string('SubnetId') === subnetId);
  return association && deployment.get(association.properties, association.properties.string(key), target);
}

const tiers: Readonly<Record<string, SubnetTier>> = { Public: 'public', Private: 'private', Isolated: 'isolated' };

/** As CDK tags it, else as the default route says. */
function tierOf(deployment: Deployment, { properties }: Resource, routeTable: Resource | undefined): SubnetTier {
  const tagged = own(tiers, properties.pairs('Tags')['aws-cdk:subnet-type'] ?? '');
  if (tagged !== undefined) return tagged;
  const routes = deployment
    .of('AWS::EC2::Route')
    .filter((route) => route.properties.string('RouteTableId') === routeTable?.ref);
  const isPublic = routes.some((route) =>
    deployment.find(route.properties.optionalString('GatewayId') ?? '', internetGateway),
  );
  if (isPublic) return 'public';
  return routes.some((route) => route.properties.has('NatGatewayId')) ? 'private' : 'isolated';
}
