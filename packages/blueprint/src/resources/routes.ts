import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { Route, RouteTable } from '../model.ts';
import { byName } from './order.ts';

const routeTable = 'AWS::EC2::RouteTable';

export const routeTypes: ResourceTypes = {
  [routeTable]: {
    isNamedByLastSegment: true,
    ref: ({ seed }) => `rtb-0${hexId(seed, 16)}`,
    attributes: { RouteTableId: ({ ref }) => ref },
  },
  'AWS::EC2::Route': { ref: ({ seed }) => `r-${hexId(seed, 16)}` },
};

/** Kinds of target that the model has a word for: property, type of resource, word. */
const targets = [
  ['GatewayId', 'AWS::EC2::InternetGateway', 'internet-gateway'],
  ['NatGatewayId', 'AWS::EC2::NatGateway', 'nat-gateway'],
  ['VpcEndpointId', 'AWS::EC2::VPCEndpoint', 'vpc-endpoint'],
] as const;

/** Targets that are given as their raw id. */
const rawTargets = [
  'GatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'EgressOnlyInternetGatewayId',
  'LocalGatewayId',
  'CarrierGatewayId',
];

/** The id of the prefix list with the addresses of a gateway endpoint's service. */
function prefixListIdOf(serviceName: string): string {
  return `pl-${hexId(serviceName, 8)}`;
}

/** Route tables with the routes of the template and those that AWS adds for gateway endpoints. */
export function readRouteTables(deployment: Deployment): RouteTable[] {
  const routes = deployment
    .of('AWS::EC2::Route')
    .map((route) => ({ table: route.properties.string('RouteTableId'), ...routeOf(deployment, route) }));
  const added = deployment.of('AWS::EC2::VPCEndpoint').flatMap(({ name, properties }) =>
    properties.strings('RouteTableIds').map((table) => ({
      table,
      destination: prefixListIdOf(properties.string('ServiceName')),
      target: `vpc-endpoint:${name}`,
    })),
  );
  const tables = deployment.of(routeTable).map(({ name, ref, properties }) => ({
    name,
    id: ref,
    vpc: deployment.get(properties, properties.string('VpcId'), 'AWS::EC2::VPC').name,
    routes: [...routes, ...added]
      .filter(({ table }) => table === ref)
      .map(({ destination, target }) => ({ destination, target })),
  }));
  return byName(tables);
}

function routeOf(deployment: Deployment, { properties }: Resource): Route {
  const keys = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'];
  const destination = keys.map((key) => properties.optionalString(key)).find((value) => value !== undefined);
  if (destination === undefined) throw properties.invalid('DestinationCidrBlock', 'is missing');
  for (const [key, type, word] of targets) {
    const found = deployment.find(properties.optionalString(key) ?? '', type);
    if (found !== undefined) return { destination, target: `${word}:${found.name}` };
  }
  const raw = rawTargets.map((key) => properties.optionalString(key)).find((value) => value !== undefined);
  if (raw === undefined) throw properties.invalid('GatewayId', 'is missing, and so is every other target');
  return { destination, target: raw };
}
