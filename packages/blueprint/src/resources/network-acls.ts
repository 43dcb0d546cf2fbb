import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { ResourceTypes } from '../cloudformation/resource.ts';
import { hexId } from '../identifiers.ts';
import type { NetworkAcl, NetworkAclEntry } from '../model.ts';
import { byName } from './order.ts';
import { portsOf, protocolOf } from './ports.ts';

const networkAcl = 'AWS::EC2::NetworkAcl';

export const networkAclTypes: ResourceTypes = {
  [networkAcl]: { ref: ({ seed }) => `acl-0${hexId(seed, 16)}`, attributes: { Id: ({ ref }) => ref } },
  'AWS::EC2::NetworkAclEntry': { ref: ({ seed }) => `acle-${hexId(seed, 16)}` },
  'AWS::EC2::SubnetNetworkAclAssociation': {
    ref: ({ seed }) => `aclassoc-0${hexId(seed, 16)}`,
    attributes: { AssociationId: ({ ref }) => ref },
  },
};

export function readNetworkAcls(deployment: Deployment): NetworkAcl[] {
  const acls = deployment.of(networkAcl).map(({ name, ref, properties }) => {
    const entries = deployment
      .of('AWS::EC2::NetworkAclEntry')
      .filter((entry) => entry.properties.string('NetworkAclId') === ref);
    return {
      name,
      id: ref,
      vpc: deployment.get(properties, properties.string('VpcId'), 'AWS::EC2::VPC').name,
      entries: entries.map((entry) => entryOf(entry.properties)).toSorted(byDirectionAndNumber),
    };
  });
  return byName(acls);
}

function entryOf(properties: Properties): NetworkAclEntry {
  const range = properties.object('PortRange');
  const ports = range && portsOf(range.optionalNumber('From'), range.optionalNumber('To'));
  const cidrBlock = properties.optionalString('CidrBlock') ?? properties.optionalString('Ipv6CidrBlock');
  if (cidrBlock === undefined) throw properties.invalid('CidrBlock', 'is missing');
  return {
    ruleNumber: properties.number('RuleNumber'),
    direction: properties.boolean('Egress', false) ? 'outbound' : 'inbound',
    ruleAction: properties.oneOf('RuleAction', ['allow', 'deny'], { required: true }),
    protocol: protocolOf(properties.string('Protocol')),
    cidrBlock,
    ...(ports && { ports }),
  };
}

function byDirectionAndNumber(a: NetworkAclEntry, b: NetworkAclEntry): number {
  if (a.direction !== b.direction) return a.direction === 'inbound' ? -1 : 1;
  return a.ruleNumber - b.ruleNumber;
}
