import type { Deployment } from '../cloudformation/deployment.ts';
import type { ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { VpcEndpoint } from '../model.ts';
import { byName } from './order.ts';

const vpcEndpoint = 'AWS::EC2::VPCEndpoint';

export const vpcEndpointTypes: ResourceTypes = {
  [vpcEndpoint]: {
    ref: ({ seed }) => `vpce-0${hexId(seed, 16)}`,
    attributes: {
      Id: ({ ref }) => ref,
      CreationTimestamp: () => '1970-01-01T00:00:00Z',
      DnsEntries: ({ ref, place, seed, properties }) => {
        const service = properties.string('ServiceName').split('.').at(-1) ?? '';
        return [
          `Z${hexId(seed, 13).toUpperCase()}:${ref}-${hexId(`${seed}/dns`, 8)}.${service}.${place.region}.vpce.amazonaws.com`,
        ];
      },
      NetworkInterfaceIds: ({ seed, properties }) =>
        properties.strings('SubnetIds').map((subnet) => `eni-0${hexId(`${seed}/${subnet}`, 16)}`),
    },
  },
};

export function readVpcEndpoints(deployment: Deployment): VpcEndpoint[] {
  const endpoints = deployment.of(vpcEndpoint).map(({ name, ref, properties }): VpcEndpoint => ({
    name,
    id: ref,
    vpc: deployment.get(properties, properties.string('VpcId'), 'AWS::EC2::VPC').name,
    type: properties.oneOf('VpcEndpointType', ['Gateway', 'Interface', 'GatewayLoadBalancer']),
    serviceName: properties.string('ServiceName'),
    subnets: deployment.names(properties, properties.strings('SubnetIds'), 'AWS::EC2::Subnet'),
    routeTables: deployment.names(properties, properties.strings('RouteTableIds'), 'AWS::EC2::RouteTable'),
    securityGroups: deployment.names(properties, properties.strings('SecurityGroupIds'), 'AWS::EC2::SecurityGroup'),
    privateDnsEnabled: properties.boolean('PrivateDnsEnabled', false),
    hasPolicy: properties.has('PolicyDocument'),
  }));
  return byName(endpoints);
}
