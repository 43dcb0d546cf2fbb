import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { SecurityGroup, SecurityGroupRule } from '../model.ts';
import { byName } from './order.ts';
import { portsOf, protocolOf } from './ports.ts';

const securityGroup = 'AWS::EC2::SecurityGroup';
const standaloneIngress = 'AWS::EC2::SecurityGroupIngress';
const standaloneEgress = 'AWS::EC2::SecurityGroupEgress';

export const securityGroupTypes: ResourceTypes = {
  [securityGroup]: {
    nameProperty: 'GroupName',
    ref: ({ seed }) => `sg-0${hexId(seed, 16)}`,
    ignored: ['SecurityGroupIngress.SourceSecurityGroupOwnerId'],
    attributes: {
      GroupId: ({ ref }) => ref,
      Id: ({ ref }) => ref,
      VpcId: ({ properties }) => properties.string('VpcId'),
    },
  },
  [standaloneIngress]: {
    ref: ({ seed }) => `sgr-0${hexId(seed, 16)}`,
    attributes: { Id: ({ ref }) => ref },
    // Whose account the peer is in: its id says enough.
    ignored: ['SourceSecurityGroupOwnerId'],
  },
  [standaloneEgress]: { ref: ({ seed }) => `sgr-0${hexId(seed, 16)}`, attributes: { Id: ({ ref }) => ref } },
};

/** What a group without any egress rule has. */
const allowAll: SecurityGroupRule = { protocol: '-1', peer: '0.0.0.0/0' };

export function readSecurityGroups(deployment: Deployment): SecurityGroup[] {
  return byName(deployment.of(securityGroup).map((group) => securityGroupOf(deployment, group)));
}

function securityGroupOf(deployment: Deployment, group: Resource): SecurityGroup {
  const { name, ref, properties } = group;
  const standalone = (type: string) =>
    deployment.of(type).filter((rule) => rule.properties.optionalString('GroupId') === ref);
  const rules = (key: string, type: string) =>
    [...properties.objects(key), ...standalone(type).map((rule) => rule.properties)].map((rule) =>
      ruleOf(deployment, rule),
    );
  const egress = rules('SecurityGroupEgress', standaloneEgress);
  return {
    name,
    id: ref,
    vpc: deployment.get(properties, properties.string('VpcId'), 'AWS::EC2::VPC').name,
    description: properties.string('GroupDescription'),
    ingress: rules('SecurityGroupIngress', standaloneIngress),
    // The default egress rule exists only while no other does; a rule in a resource of its own counts.
    egress: egress.length === 0 ? [allowAll] : egress.filter((rule) => !isNothing(rule)),
  };
}

/** The rule by which CDK says "no traffic": it stands in for the default rule and lets nothing pass. */
function isNothing({ protocol, peer, ports }: SecurityGroupRule): boolean {
  const nowhere = peer === '255.255.255.255/32' && protocol === 'icmp' && ports?.from === 252;
  return nowhere || (peer === '::1/128' && protocol === 'icmpv6');
}

function ruleOf(deployment: Deployment, rule: Properties): SecurityGroupRule {
  const protocol = protocolOf(rule.string('IpProtocol'));
  const written = portsOf(rule.optionalNumber('FromPort'), rule.optionalNumber('ToPort'));
  const ports = protocol === '-1' ? undefined : written;
  const description = rule.optionalString('Description');
  return {
    protocol,
    ...(ports && { ports }),
    peer: peerOf(deployment, rule),
    ...(description !== undefined && { description }),
  };
}

function peerOf(deployment: Deployment, rule: Properties): string {
  const first = (...keys: string[]) => keys.map((key) => rule.optionalString(key)).find((value) => value !== undefined);
  const block = first('CidrIp', 'CidrIpv6');
  if (block !== undefined) return block;
  const group = first('SourceSecurityGroupId', 'DestinationSecurityGroupId', 'SourceSecurityGroupName');
  if (group !== undefined) {
    const found = deployment.find(group, securityGroup);
    return `security-group:${found?.name ?? group}`;
  }
  const prefixList = first('SourcePrefixListId', 'DestinationPrefixListId');
  if (prefixList !== undefined) return `prefix-list:${prefixList}`;
  throw rule.invalid('CidrIp', 'is missing, and so is every other peer');
}
