import { Validations } from 'aws-cdk-lib';
import { Action, AclCidr, AclTraffic, NetworkAcl, TrafficDirection } from 'aws-cdk-lib/aws-ec2';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface TierAclsProps {
  readonly vpc: IVpc;
  readonly publicSubnets: SubnetSelection;
  readonly privateSubnets: SubnetSelection;
  readonly isolatedSubnets: SubnetSelection;
  /** Open to the internet, on the load balancer. */
  readonly listenerPorts: readonly number[];
  /** Where services listen, inclusive. */
  readonly servicePorts: Ports;
  /** Whether load balancers stand among the services, in the private tier. @default false */
  readonly privateLoadBalancers?: boolean;
}

type Ports = readonly [from: number, to: number];

/** One line of an ACL: TCP, from or to any of some address ranges. */
interface Line {
  readonly direction: 'in' | 'out';
  readonly peers: readonly string[];
  readonly ports: Ports;
}

/** Where replies to a load balancer, a NAT gateway or a client of any kind go. */
const anyEphemeral: Ports = [1024, 65_535];
/** Where replies to a Linux task go. */
const linuxEphemeral: Ports = [32_768, 61_000];
const https: Ports = [443, 443];
const anywhere = ['0.0.0.0/0'];

/**
 * A network ACL for each tier. ACLs keep no state: whatever is let in on a port needs a way out for the replies, to the port
 * that the other side chose. They are the second line behind the security groups and coarser than those, because they
 * know address ranges only. Name resolution and task metadata pass by any ACL.
 */
export class TierAcls extends Construct {
  constructor(scope: Construct, id: string, props: TierAclsProps) {
    super(scope, id);
    const { vpc, publicSubnets, privateSubnets, isolatedSubnets } = props;
    const cidrBlocksOf = (selection: SubnetSelection) =>
      vpc.selectSubnets(selection).subnets.map((subnet) => subnet.ipv4CidrBlock);
    const [publics, privates] = [cidrBlocksOf(publicSubnets), cidrBlocksOf(privateSubnets)];
    const service = props.servicePorts;
    const privateEphemeral = props.privateLoadBalancers ? anyEphemeral : linuxEphemeral;

    this.#acl('Public', vpc, publicSubnets, [
      ...props.listenerPorts.map((port): Line => ({ direction: 'in', peers: anywhere, ports: [port, port] })),
      { direction: 'in', peers: privates, ports: https },
      { direction: 'in', peers: anywhere, ports: anyEphemeral },
      { direction: 'out', peers: privates, ports: service },
      { direction: 'out', peers: anywhere, ports: https },
      { direction: 'out', peers: anywhere, ports: anyEphemeral },
    ]);
    this.#acl('Private', vpc, privateSubnets, [
      { direction: 'in', peers: [...publics, ...privates], ports: service },
      { direction: 'in', peers: anywhere, ports: linuxEphemeral },
      ...(props.privateLoadBalancers ? [{ direction: 'in', peers: privates, ports: anyEphemeral } as const] : []),
      { direction: 'out', peers: privates, ports: service },
      { direction: 'out', peers: anywhere, ports: https },
      { direction: 'out', peers: publics, ports: anyEphemeral },
      { direction: 'out', peers: privates, ports: privateEphemeral },
    ]);
    this.#acl('Isolated', vpc, isolatedSubnets, [
      { direction: 'in', peers: privates, ports: https },
      { direction: 'out', peers: privates, ports: linuxEphemeral },
    ]);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-VPC3',
      reason:
        'Tiers are kept apart twice, by security groups and by ACLs, because showing both is what the lab is for.',
    });
  }

  #acl(tier: string, vpc: IVpc, subnetSelection: SubnetSelection, lines: readonly Line[]): void {
    const acl = new NetworkAcl(this, tier, { vpc, subnetSelection });
    const next = { in: 100, out: 100 };
    for (const { direction, peers, ports } of lines) {
      for (const peer of peers) {
        const ruleNumber = next[direction];
        next[direction] += 10;
        acl.addEntry(`${direction}-${ruleNumber}`, {
          ruleNumber,
          cidr: AclCidr.ipv4(peer),
          traffic: AclTraffic.tcpPortRange(...ports),
          direction: direction === 'in' ? TrafficDirection.INGRESS : TrafficDirection.EGRESS,
          ruleAction: Action.ALLOW,
        });
      }
    }
  }
}
