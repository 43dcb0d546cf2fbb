import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, synthesize } from './synthesis.ts';

const { network } = synthesize();
const entries = propertiesOf(network, 'AWS::EC2::NetworkAclEntry');
const entriesWithInstances = propertiesOf(synthesize({ networkModes: true }).network, 'AWS::EC2::NetworkAclEntry');

type Tier = 'Public' | 'Private' | 'Isolated';

const subnets = { Public: '10.10.1.9', Private: '10.10.4.9', Isolated: '10.10.7.9' } as const;
const internet = '203.0.113.7';

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function contains(cidrBlock: string, address: string): boolean {
  const [base = '', length = ''] = cidrBlock.split('/');
  const size = 2 ** (32 - Number(length));
  return Math.floor(numberOf(base) / size) === Math.floor(numberOf(address) / size);
}

/** What a tier's ACL says to one packet: its entries in order, then no. */
function passes(acls: typeof entries, tier: Tier, direction: 'in' | 'out', peer: string, port: number): boolean {
  const entry = acls
    .filter((each) => logicalIdOf(each.NetworkAclId).startsWith(`Acls${tier}`))
    .filter((each) => each.Egress === (direction === 'out'))
    .sort((a, b) => a.RuleNumber - b.RuleNumber)
    .find(
      (each) =>
        each.Protocol === 6 &&
        contains(each.CidrBlock, peer) &&
        each.PortRange.From <= port &&
        port <= each.PortRange.To,
    );
  return entry?.RuleAction === 'allow';
}

type Place = Tier | 'internet';

/** A connection and its replies, at each of the up to four crossings. */
function connects(from: Place, to: Place, port: number, ephemeralPort: number, acls = entries): boolean {
  const addressOf = (place: Place) => (place === 'internet' ? internet : subnets[place]);
  const [source, destination] = [addressOf(from), addressOf(to)];
  const atSource =
    from === 'internet' ||
    (passes(acls, from, 'out', destination, port) && passes(acls, from, 'in', destination, ephemeralPort));
  const atDestination =
    to === 'internet' || (passes(acls, to, 'in', source, port) && passes(acls, to, 'out', source, ephemeralPort));
  return atSource && atDestination;
}

describe('network ACLs', () => {
  it('guard every subnet, one ACL for each tier', () => {
    network.resourceCountIs('AWS::EC2::NetworkAcl', 3);
    network.resourceCountIs('AWS::EC2::SubnetNetworkAclAssociation', 6);
  });

  it.each([
    ['a client reaches the load balancer', 'internet', 'Public', 80, 1024],
    ['a client behind a large NAT reaches the load balancer', 'internet', 'Public', 80, 65_535],
    ['the load balancer reaches a task, from any of its ports', 'Public', 'Private', 3000, 1024],
    ['a task reaches a task in another zone', 'Private', 'Private', 3000, 32_768],
    ['a task reaches the NAT gateway’s subnet for HTTPS', 'Private', 'Public', 443, 60_999],
    ['a NAT gateway reaches AWS from any of its ports', 'Public', 'internet', 443, 1024],
    ['a task reaches an interface endpoint', 'Private', 'Isolated', 443, 60_999],
    ['a task reaches S3 through the gateway endpoint', 'Private', 'internet', 443, 32_768],
  ] as const)('let through: %s', (_title, from, to, port, ephemeralPort) => {
    expect(connects(from, to, port, ephemeralPort)).toBe(true);
  });

  it.each([
    ['bridge mode', 32_768],
    ['bridge mode, the last of its ports', 60_999],
    ['a Classic Load Balancer’s port', 3001],
    ['host mode', 3000],
  ] as const)(
    'let an internal load balancer reach an instance in another zone, from any of its ports: %s',
    (_mode, port) => {
      for (const ephemeralPort of [1024, 32_767, 65_535]) {
        expect(connects('Private', 'Private', port, ephemeralPort, entriesWithInstances)).toBe(true);
      }
    },
  );

  it.each([
    ['a client reaches a task', 'internet', 'Private', 3000, 50_000],
    ['a client reaches SSH of anything public', 'internet', 'Public', 22, 50_000],
    ['a client reaches HTTPS where nobody serves it', 'internet', 'Public', 443, 50_000],
    ['the load balancer reaches an interface endpoint', 'Public', 'Isolated', 443, 50_000],
    ['a task sends mail', 'Private', 'internet', 25, 50_000],
    ['a task speaks plain HTTP to the internet', 'Private', 'internet', 80, 50_000],
    ['an interface endpoint calls a task', 'Isolated', 'Private', 3000, 50_000],
    ['an interface endpoint calls the internet', 'Isolated', 'internet', 443, 50_000],
  ] as const)('stop: %s', (_title, from, to, port, ephemeralPort) => {
    expect(connects(from, to, port, ephemeralPort)).toBe(false);
  });

  it('let clients in on 443 once there is a certificate', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';
    const open = propertiesOf(
      synthesize({ certificateArn, domainName: 'lab.example.com' }).network,
      'AWS::EC2::NetworkAclEntry',
    ).filter((each) => !each.Egress && each.CidrBlock === '0.0.0.0/0' && each.PortRange.To < 1024);
    expect(open.map((each) => each.PortRange.From)).toEqual([80, 443]);
  });
});
