import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { clusterName, discovery, loadBalancer, tasks } from '../config.ts';
import { Domain } from '../constructs/domain.ts';
import { MeshEncryption } from '../constructs/mesh-encryption.ts';
import { PublicLoadBalancer } from '../constructs/public-load-balancer.ts';
import type { TieredVpc } from '../constructs/tiered-vpc.ts';
import { comesAndGoes } from '../weak-references.ts';

export interface PlatformStackProps extends StackProps {
  readonly network: TieredVpc;
  /** Open to the internet, on the load balancer. */
  readonly listenerPorts: readonly number[];
  /** With it, HTTPS is served under this name. @default HTTP, under the load balancer's own name */
  readonly domainName?: string;
  /** @default no alias record is made */
  readonly hostedZoneId?: string;
  /** @default a new certificate for `domainName` */
  readonly certificateArn?: string;
  /** @default false */
  readonly deletionProtection?: boolean;
  /** @default alarms are seen on the console only */
  readonly alarmEmail?: string;
  /** Whether calls through Service Connect are encrypted. @default false */
  readonly serviceConnectTls?: boolean;
}

/** What services run on, are found in and are reached through; outlives any version of them. */
export class PlatformStack extends Stack {
  readonly cluster: Cluster;
  readonly namespace: PrivateDnsNamespace;
  readonly mesh: HttpNamespace;
  /** Absent: calls through Service Connect are not encrypted. */
  readonly meshEncryption: MeshEncryption | undefined;
  readonly entrance: PublicLoadBalancer;
  /** Absent: HTTP only. */
  readonly domain: Domain | undefined;
  /** Where alarms are sent to, if anywhere. */
  readonly alarmTopic: Topic | undefined;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, props);
    const { domainName, network } = props;
    const { vpc } = network;
    this.cluster = new Cluster(this, 'Cluster', {
      clusterName,
      vpc,
      containerInsightsV2: ContainerInsights.ENHANCED,
    });
    this.namespace = new PrivateDnsNamespace(this, 'Namespace', { name: discovery.namespaceName, vpc });
    this.mesh = new HttpNamespace(this, 'Mesh', { name: discovery.meshName });
    if (props.serviceConnectTls) this.meshEncryption = new MeshEncryption(this, 'MeshEncryption');
    this.entrance = new PublicLoadBalancer(this, 'Entrance', {
      network,
      listenerPorts: props.listenerPorts,
      idleTimeoutSeconds: loadBalancer.idleTimeoutSeconds,
      logRetentionDays: tasks.logRetention,
      deletionProtection: props.deletionProtection,
    });
    const { loadBalancer: alb } = this.entrance;
    if (domainName !== undefined) this.domain = new Domain(this, 'Domain', { ...props, domainName, loadBalancer: alb });
    if (props.alarmEmail !== undefined) this.alarmTopic = this.#topicFor(props.alarmEmail);
    if (domainName !== undefined && props.hostedZoneId === undefined) {
      // oxlint-disable-next-line no-new -- a construct registers itself with its scope
      new CfnOutput(this, 'Address', {
        description: `Where a record of your own for ${domainName} must lead`,
        value: alb.loadBalancerDnsName,
      });
    }
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnOutput(this, 'Url', {
      description: 'The load balancer',
      value: domainName === undefined ? `http://${alb.loadBalancerDnsName}` : `https://${domainName}`,
    });
  }

  /** The rule that TLS is enforced by replaces the default policy, which would let the account's alarms publish. */
  #topicFor(address: string): Topic {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    comesAndGoes(topic);
    topic.addSubscription(new EmailSubscription(address));
    const alarms = new ServicePrincipal('cloudwatch.amazonaws.com');
    topic.grantPublish(alarms.withConditions({ StringEquals: { 'aws:SourceAccount': this.account } }));
    return topic;
  }
}
