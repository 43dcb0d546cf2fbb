import { Fn, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { containerPort, encryption, network, networkModes, tasks } from '../config.ts';
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
  /** Whether tasks run on EC2 instances, too. @default false */
  readonly runsInstances?: boolean;
  /** Whether tasks have a port for encrypted requests of the load balancer. @default false */
  readonly targetTls?: boolean;
  /** Whether tasks have a port for encrypted calls of each other. @default false */
  readonly serviceConnectTls?: boolean;
}

/** Changes rarely: the VPC and its ways in and out. */
export class NetworkStack extends Stack {
  readonly network: TieredVpc;
  readonly endpoints: ServiceEndpoints;
  readonly flows: FlowRecord;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { availabilityZones, nat, endpoints, listenerPorts, runsInstances = false } = props;
    this.network = new TieredVpc(this, 'Network', { ...network, availabilityZones, nat });
    const { vpc, publicSubnets, privateSubnets, isolatedSubnets } = this.network;
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new TierAcls(this, 'Acls', {
      vpc,
      publicSubnets,
      privateSubnets,
      isolatedSubnets,
      listenerPorts,
      servicePorts: [containerPort, highestPortOf(props)],
      privateLoadBalancers: runsInstances,
    });
    this.endpoints = new ServiceEndpoints(this, 'Endpoints', {
      vpc,
      callers: privateSubnets,
      isolatedSubnets,
      endpoints,
      runsInstances,
    });
    this.flows = new FlowRecord(this, 'Flows', { vpc, retention: tasks.logRetention });
  }

  /** The region's zones, unknown until deployment. */
  override get availabilityZones(): string[] {
    return Array.from({ length: network.availabilityZonesMax }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}

function highestPortOf({ runsInstances, targetTls, serviceConnectTls }: NetworkStackProps): number {
  return Math.max(
    containerPort,
    runsInstances ? networkModes.classic.hostPort : 0,
    targetTls ? encryption.targetPort : 0,
    serviceConnectTls ? encryption.meshPort : 0,
  );
}
