import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, synthesize } from './synthesis.ts';
import type { Resource } from './synthesis.ts';

const byDefault = synthesize();
const withoutNat = synthesize({ nat: 'none' });

function nameOf(endpoint: Resource['Properties']): string {
  const name = endpoint.ServiceName;
  return typeof name === 'string' ? name : name['Fn::Join'][1].at(-1);
}

const endpoints = propertiesOf(withoutNat.network, 'AWS::EC2::VPCEndpoint');
const interfaces = endpoints.filter((each) => each.VpcEndpointType === 'Interface');

describe('VPC endpoints', () => {
  it('are those that cost nothing, by default', () => {
    const [s3, dynamoDb, ...others] = propertiesOf(byDefault.network, 'AWS::EC2::VPCEndpoint');
    expect([s3, dynamoDb].map((each) => each.VpcEndpointType)).toEqual(['Gateway', 'Gateway']);
    expect([nameOf(s3), nameOf(dynamoDb)]).toEqual(['.s3', '.dynamodb']);
    expect(others).toEqual([]);
  });

  it('are reached from the private subnets by their route tables', () => {
    for (const gateway of endpoints.filter((each) => each.VpcEndpointType === 'Gateway')) {
      expect(gateway.RouteTableIds.map((table: Record<string, unknown>) => logicalIdOf(table))).toEqual([
        expect.stringContaining('privateSubnet1RouteTable'),
        expect.stringContaining('privateSubnet2RouteTable'),
      ]);
    }
  });

  it('let image layers out of S3 and nothing else', () => {
    const [s3] = endpoints;
    expect(s3.PolicyDocument.Statement).toHaveLength(1);
    expect(s3.PolicyDocument.Statement[0]).toMatchObject({ Effect: 'Allow', Action: 's3:GetObject' });
    expect(JSON.stringify(s3.PolicyDocument.Statement[0].Resource)).toContain('-starport-layer-bucket/*');
  });

  it('cover everything that a task needs when there is no NAT gateway', () => {
    expect(interfaces.map(nameOf).sort()).toEqual(
      ['data-servicediscovery', 'ecr.api', 'ecr.dkr', 'ecs-agent', 'logs', 'servicediscovery', 'ssmmessages'].map(
        (name) => `.${name}`,
      ),
    );
    withoutNat.network.resourceCountIs('AWS::EC2::NatGateway', 0);
  });

  it('have their interfaces in the isolated subnets, under the names that AWS uses', () => {
    for (const endpoint of interfaces) {
      expect(endpoint.PrivateDnsEnabled).toBe(true);
      expect(endpoint.SubnetIds.map((subnet: Record<string, unknown>) => logicalIdOf(subnet))).toEqual([
        expect.stringContaining('isolatedSubnet1'),
        expect.stringContaining('isolatedSubnet2'),
      ]);
    }
  });

  it('carry a policy for callers of this account, all but the one that Fargate itself calls', () => {
    const withoutPolicy = interfaces.filter((each) => each.PolicyDocument === undefined);
    expect(withoutPolicy.map(nameOf)).toEqual(['.ecs-agent']);
    for (const { PolicyDocument } of interfaces.filter((each) => each.PolicyDocument !== undefined)) {
      expect(PolicyDocument.Statement).toMatchObject([
        { Effect: 'Allow', Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } } },
      ]);
    }
  });

  it('carry no policy that their service would refuse, where instances run', () => {
    const { network } = synthesize({ nat: 'none', networkModes: true });
    const withoutPolicy = propertiesOf(network, 'AWS::EC2::VPCEndpoint').filter((each) => !each.PolicyDocument);
    expect(withoutPolicy.map(nameOf)).toEqual(['.ecs-agent', '.ecs-telemetry']);
  });

  it('let DiscoverInstances and nothing else through to Cloud Map’s data plane', () => {
    const data = interfaces.find((each) => nameOf(each) === '.data-servicediscovery');
    expect(data.PolicyDocument.Statement[0].Action).toEqual([
      'servicediscovery:DiscoverInstances',
      'servicediscovery:DiscoverInstancesRevision',
    ]);
  });

  it('let in the services on 443, by their security groups, and nobody else', () => {
    const [group] = propertiesOf(withoutNat.network, 'AWS::EC2::SecurityGroup');
    expect(group.SecurityGroupIngress).toBeUndefined();
    const callers = propertiesOf(withoutNat.services, 'AWS::EC2::SecurityGroupIngress')
      .filter((rule) => logicalIdOf(rule.GroupId).startsWith('Endpoints'))
      .map((rule) => [
        logicalIdOf(rule.SourceSecurityGroupId).replace(/SecurityGroup.*$/, ''),
        rule.FromPort,
        rule.ToPort,
      ]);
    expect(callers).toEqual([
      ['frontend', 443, 443],
      ['api', 443, 443],
      ['worker', 443, 443],
    ]);
  });
});
