import { Fn, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { containerPort, network, tasks } from '../config.ts';
import { FlowRecord } from '../constructs/flow-record.ts';
import { ServiceEndpoints } from '../constructs/service-endpoints.ts';
import { TierAcls } from '../constructs/tier-acls.ts';
import { TieredVpc } from '../constructs/tiered-vpc.ts';
import type { NatOption } from '../constructs/tiered-vpc.ts';

export interface NetworkStackProps extends StackProps {
  /** 2 or 3. */
  readonly availabilityZones: number;
  readonly nat: NatOption;
  readonly endpoints: 'gateway' | 'interface';
  /** Open to the internet, on the load balancer. */
  readonly listenerPorts: readonly number[];
}

/** Changes rarely: the VPC and its ways in and out. */
export class NetworkStack extends Stack {
  readonly network: TieredVpc;
  readonly endpoints: ServiceEndpoints;
  readonly flows: FlowRecord;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { availabilityZones, nat, endpoints, listenerPorts } = props;
    this.network = new TieredVpc(this, 'Network', { ...network, availabilityZones, nat });
    const { vpc, publicSubnets, privateSubnets, isolatedSubnets } = this.network;
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new TierAcls(this, 'Acls', {
      vpc,
      publicSubnets,
      privateSubnets,
      isolatedSubnets,
      listenerPorts,
      containerPort,
    });
    this.endpoints = new ServiceEndpoints(this, 'Endpoints', {
      vpc,
      callers: privateSubnets,
      isolatedSubnets,
      endpoints,
    });
    this.flows = new FlowRecord(this, 'Flows', { vpc, retention: tasks.logRetention });
  }

  /** The region's zones, unknown until deployment. */
  override get availabilityZones(): string[] {
    return Array.from({ length: network.availabilityZonesMax }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
