import { Fn, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { network } from '../config.ts';
import { TieredVpc } from '../constructs/tiered-vpc.ts';
import type { NatOption } from '../constructs/tiered-vpc.ts';

export interface NetworkStackProps extends StackProps {
  /** @default 2 */
  readonly availabilityZones?: number;
  /** @default 'one' */
  readonly nat?: NatOption;
}

/** Changes rarely: the VPC and its ways in and out. */
export class NetworkStack extends Stack {
  readonly network: TieredVpc;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    this.network = new TieredVpc(this, 'Network', {
      ...network,
      availabilityZones: props.availabilityZones ?? 2,
      nat: props.nat,
    });
  }

  /** The region's zones, unknown until deployment. */
  override get availabilityZones(): string[] {
    return Array.from({ length: network.availabilityZonesMax }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
