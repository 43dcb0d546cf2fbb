import { describe, expect, test } from 'vitest';
import { securityGroupIn } from './support.ts';

const group = (properties: object = {}) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupName: 'entrance', GroupDescription: 'Entrance', VpcId: { Ref: 'Vpc' }, ...properties },
});
const standalone = (type: 'Ingress' | 'Egress', properties: object) => ({
  Type: `AWS::EC2::SecurityGroup${type}`,
  Properties: {
    GroupId: { 'Fn::GetAtt': ['Entrance', 'GroupId'] },
    IpProtocol: 'tcp',
    FromPort: 80,
    ToPort: 80,
    ...properties,
  },
});
const allowAll = { protocol: '-1', peer: '0.0.0.0/0' };

describe('a security group', () => {
  test('without any egress rule lets everything out', () => {
    expect(securityGroupIn({ Entrance: group() }, 'entrance')?.egress).toEqual([allowAll]);
  });

  test('lets out only what an egress rule of its own resource says', () => {
    const Egress = standalone('Egress', { DestinationSecurityGroupId: { Ref: 'Api' } });
    const Api = group({ GroupName: 'api' });
    expect(securityGroupIn({ Entrance: group(), Api, Egress }, 'entrance')?.egress).toEqual([
      { protocol: 'tcp', ports: { from: 80, to: 80 }, peer: 'security-group:api' },
    ]);
  });

  test("lets nothing out when CDK's placeholder is its only egress rule", () => {
    const nothing = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
    const Entrance = group({ SecurityGroupEgress: [nothing] });
    expect(securityGroupIn({ Entrance }, 'entrance')?.egress).toEqual([]);
  });

  test('joins the rules within it and beside it, whatever their peer', () => {
    const Entrance = group({
      SecurityGroupIngress: [
        {
          IpProtocol: '6',
          FromPort: '443',
          ToPort: '443',
          CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] },
          Description: 'inside',
        },
        { IpProtocol: '-1', CidrIpv6: '::/0' },
        { IpProtocol: 'udp', FromPort: 0, ToPort: 65_535, SourcePrefixListId: 'pl-1' },
      ],
    });
    const Ingress = standalone('Ingress', { SourceSecurityGroupId: { Ref: 'Entrance' } });
    expect(securityGroupIn({ Entrance, Ingress }, 'entrance')?.ingress).toEqual([
      { protocol: 'tcp', ports: { from: 443, to: 443 }, peer: '10.10.0.0/16', description: 'inside' },
      { protocol: '-1', peer: '::/0' },
      { protocol: 'udp', peer: 'prefix-list:pl-1' },
      { protocol: 'tcp', ports: { from: 80, to: 80 }, peer: 'security-group:entrance' },
    ]);
  });

  test('with a rule without a peer is refused', () => {
    const Entrance = group({ SecurityGroupIngress: [{ IpProtocol: '-1' }] });
    expect(() => securityGroupIn({ Entrance }, 'entrance')).toThrow(
      'Lab/Entrance (AWS::EC2::SecurityGroup): the property SecurityGroupIngress[0].CidrIp is missing, and so is every other peer.',
    );
  });
});
