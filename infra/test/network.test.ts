import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, resourcesOf, synthesize } from './synthesis.ts';

const { network } = synthesize();

describe('the network', () => {
  it('has one VPC, 10.10.0.0/16, whose DNS names resolve', () => {
    network.resourceCountIs('AWS::EC2::VPC', 1);
    network.hasResourceProperties('AWS::EC2::VPC', {
      CidrBlock: '10.10.0.0/16',
      EnableDnsHostnames: true,
      EnableDnsSupport: true,
    });
  });

  it('has public, private and isolated subnets in each of two zones', () => {
    const subnets = propertiesOf(network, 'AWS::EC2::Subnet').map((subnet) => ({
      tier: subnet.Tags.find((tag: { Key: string }) => tag.Key === 'aws-cdk:subnet-name').Value,
      zone: subnet.AvailabilityZone['Fn::Select'][0],
      cidrBlock: subnet.CidrBlock,
    }));
    expect(subnets).toEqual([
      { tier: 'public', zone: 0, cidrBlock: '10.10.0.0/24' },
      { tier: 'public', zone: 1, cidrBlock: '10.10.1.0/24' },
      { tier: 'private', zone: 0, cidrBlock: '10.10.3.0/24' },
      { tier: 'private', zone: 1, cidrBlock: '10.10.4.0/24' },
      { tier: 'isolated', zone: 0, cidrBlock: '10.10.6.0/24' },
      { tier: 'isolated', zone: 1, cidrBlock: '10.10.7.0/24' },
    ]);
  });

  it('gives no instance a public address by itself', () => {
    for (const subnet of propertiesOf(network, 'AWS::EC2::Subnet')) expect(subnet.MapPublicIpOnLaunch).toBe(false);
  });

  it('adds a third zone without renumbering the first two', () => {
    const three = synthesize({ zones: 3 }).network;
    const cidrBlocks = propertiesOf(three, 'AWS::EC2::Subnet').map((subnet) => subnet.CidrBlock);
    expect(cidrBlocks).toHaveLength(9);
    for (const subnet of propertiesOf(network, 'AWS::EC2::Subnet')) expect(cidrBlocks).toContain(subnet.CidrBlock);
  });

  it('routes public subnets to the internet gateway, private ones to NAT and isolated ones nowhere', () => {
    const routes = propertiesOf(network, 'AWS::EC2::Route').map((route) => [
      logicalIdOf(route.RouteTableId).replace(/^NetworkVpc(public|private|isolated).*$/, '$1'),
      route.DestinationCidrBlock,
      route.GatewayId ? 'internet-gateway' : route.NatGatewayId ? 'nat-gateway' : 'other',
    ]);
    expect(routes).toEqual([
      ['public', '0.0.0.0/0', 'internet-gateway'],
      ['public', '0.0.0.0/0', 'internet-gateway'],
      ['private', '0.0.0.0/0', 'nat-gateway'],
      ['private', '0.0.0.0/0', 'nat-gateway'],
    ]);
  });

  it.each([
    ['none', 0, 0],
    ['one', 1, 2],
    ['per-zone', 2, 2],
  ] as const)('with NAT %s has %i NAT gateways and %i routes to them', (nat, gateways, routes) => {
    const { network } = synthesize({ nat });
    network.resourceCountIs('AWS::EC2::NatGateway', gateways);
    const toNat = network.findResources('AWS::EC2::Route', { Properties: { NatGatewayId: Match.anyValue() } });
    expect(Object.keys(toNat)).toHaveLength(routes);
  });

  it('keeps nothing that costs money after it is destroyed', () => {
    for (const resource of Object.values(resourcesOf(network, 'AWS::EC2::NatGateway'))) {
      expect(resource.DeletionPolicy).toBeUndefined();
    }
  });

  it('closes the default security group', () => {
    network.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  it('records every flow each minute, with the task that it belongs to, for two weeks', () => {
    const [flowLog] = propertiesOf(network, 'AWS::EC2::FlowLog');
    expect(flowLog).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL', MaxAggregationInterval: 60 });
    for (const field of ['pkt-srcaddr', 'action', 'reject-reason', 'ecs-service-name', 'ecs-task-id']) {
      expect(flowLog.LogFormat).toContain(`\${${field}}`);
    }
    expect(propertiesOf(network, 'AWS::Logs::LogGroup')).toEqual([{ RetentionInDays: 14 }]);
  });
});
