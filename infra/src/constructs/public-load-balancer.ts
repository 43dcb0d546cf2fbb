import { Duration, Validations } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer, DesyncMitigationMode } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { LoadBalancerLogs } from './load-balancer-logs.ts';
import type { TieredVpc } from './tiered-vpc.ts';

export interface PublicLoadBalancerProps {
  readonly network: TieredVpc;
  /** Open to the internet. */
  readonly listenerPorts: readonly number[];
  readonly idleTimeoutSeconds: number;
  readonly logRetentionDays: number;
  /** @default false */
  readonly deletionProtection?: boolean;
}

/** The internet-facing Application Load Balancer with its security group: in from anywhere, out only to what is registered. */
export class PublicLoadBalancer extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly securityGroup: SecurityGroup;
  readonly logs: LoadBalancerLogs;

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { vpc, publicSubnets } = props.network;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer: in from the internet, out to the services',
      allowAllOutbound: false,
    });
    for (const port of props.listenerPorts) {
      this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(port), 'Internet to load balancer');
    }
    Validations.of(this.securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The public entry of the sample application: anybody may reach its listeners, and nothing else.',
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: publicSubnets,
      internetFacing: true,
      securityGroup: this.securityGroup,
      idleTimeout: Duration.seconds(props.idleTimeoutSeconds),
      deletionProtection: props.deletionProtection ?? false,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.DEFENSIVE,
    });
    this.logs = new LoadBalancerLogs(this, 'Logs', {
      loadBalancer: this.loadBalancer,
      retentionDays: props.logRetentionDays,
    });
  }
}
