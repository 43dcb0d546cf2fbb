import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import { clusterName, discovery, loadBalancer } from '../config.ts';
import { PublicLoadBalancer } from '../constructs/public-load-balancer.ts';
import type { TieredVpc } from '../constructs/tiered-vpc.ts';

export interface PlatformStackProps extends StackProps {
  readonly network: TieredVpc;
}

/** What services run on, are found in and are reached through; outlives any version of them. */
export class PlatformStack extends Stack {
  readonly cluster: Cluster;
  readonly namespace: PrivateDnsNamespace;
  readonly mesh: HttpNamespace;
  readonly entrance: PublicLoadBalancer;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, props);
    const { vpc } = props.network;
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName,
      vpc,
      containerInsightsV2: ContainerInsights.ENHANCED,
    });
    this.namespace = new PrivateDnsNamespace(this, 'Namespace', { name: discovery.namespaceName, vpc });
    this.mesh = new HttpNamespace(this, 'Mesh', { name: discovery.meshName });
    this.entrance = new PublicLoadBalancer(this, 'Entrance', { network: props.network, ...loadBalancer });
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnOutput(this, 'Url', {
      description: 'The load balancer',
      value: `http://${this.entrance.loadBalancer.loadBalancerDnsName}`,
    });
  }
}
