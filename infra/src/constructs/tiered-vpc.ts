import { CfnNatGateway, IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** How private subnets reach the internet. */
export type NatOption = 'none' | 'one' | 'per-zone';

export interface TieredVpcProps {
  /** IPv4, `/16` to `/20`. */
  readonly cidrBlock: string;
  /** 2 up to `availabilityZonesMax`. */
  readonly availabilityZones: number;
  /** Address space is kept free for the zones that are not used yet. */
  readonly availabilityZonesMax: number;
  /** Of every subnet. */
  readonly subnetPrefixLength: number;
  /** @default 'one' */
  readonly nat?: NatOption;
}

/**
 * A VPC in three tiers over several zones. `public` has a route to the internet gateway, `private` one to a NAT gateway,
 * `isolated` none out of the VPC. The default security group, which everything
 * without a group of its own would get, lets nothing through.
 */
export class TieredVpc extends Construct {
  readonly vpc: Vpc;
  readonly nat: NatOption;
  readonly publicSubnets: SubnetSelection = { subnetGroupName: 'public' };
  readonly privateSubnets: SubnetSelection = { subnetGroupName: 'private' };
  readonly isolatedSubnets: SubnetSelection = { subnetGroupName: 'isolated' };

  /** @throws Error when the number of zones is out of range. */
  constructor(scope: Construct, id: string, props: TieredVpcProps) {
    super(scope, id);
    const { availabilityZones, availabilityZonesMax, subnetPrefixLength: cidrMask } = props;
    if (!Number.isInteger(availabilityZones) || availabilityZones < 2 || availabilityZones > availabilityZonesMax) {
      throw new Error(`A load balancer needs two zones: use 2 to ${availabilityZonesMax}, not ${availabilityZones}.`);
    }
    this.nat = props.nat ?? 'one';
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(props.cidrBlock),
      availabilityZones: Stack.of(this).availabilityZones.slice(0, availabilityZones),
      reservedAzs: availabilityZonesMax - availabilityZones,
      natGateways: { none: 0, one: 1, 'per-zone': availabilityZones }[this.nat],
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask },
        { name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask },
      ],
    });
  }

  /** Ids, one for each NAT gateway. */
  get natGatewayIds(): string[] {
    return this.vpc.node
      .findAll()
      .filter((each) => each instanceof CfnNatGateway)
      .map((gateway) => gateway.ref);
  }
}
