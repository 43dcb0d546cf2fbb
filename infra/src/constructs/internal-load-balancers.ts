import { Duration, Validations } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Port } from 'aws-cdk-lib/aws-ec2';
import { LoadBalancer, LoadBalancingProtocol } from 'aws-cdk-lib/aws-elasticloadbalancing';
import type { CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancing';
import { NetworkLoadBalancer, NetworkTargetGroup, Protocol, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { targets } from '../config.ts';
import type { TieredVpc } from './tiered-vpc.ts';

export interface InternalLoadBalancerProps {
  readonly network: TieredVpc;
  readonly listenerPort: number;
  /** Of the instances behind it. */
  readonly instances: SecurityGroup;
  /** Where containers listen on an instance. */
  readonly instancePorts: Port;
}

interface ClassicLoadBalancerProps extends InternalLoadBalancerProps {
  /** The one port that the load balancer knows of every instance. */
  readonly instancePort: number;
  readonly idleTimeoutSeconds: number;
}

/** Layer 4: a connection, once given to a target, stays there. Targets are instances with a port each, so that any number fits on one. */
export class InternalNetworkLoadBalancer extends Construct {
  readonly loadBalancer: NetworkLoadBalancer;
  readonly targetGroup: NetworkTargetGroup;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: InternalLoadBalancerProps) {
    super(scope, id);
    const { network, listenerPort } = props;
    this.securityGroup = groupInFrontOf(this, 'Network Load Balancer', props);
    this.loadBalancer = new NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      vpcSubnets: network.privateSubnets,
      internetFacing: false,
      // Said, not left to the default, which differs between the kinds of load balancers.
      crossZoneEnabled: true,
      securityGroups: [this.securityGroup],
    });
    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'A Network Load Balancer writes access logs for TLS listeners only; flow logs have its connections.',
    });
    this.targetGroup = new NetworkTargetGroup(this, 'TargetGroup', {
      vpc: network.vpc,
      targetType: TargetType.INSTANCE,
      protocol: Protocol.TCP,
      port: listenerPort,
      preserveClientIp: true,
      proxyProtocolV2: false,
      deregistrationDelay: Duration.seconds(targets.deregistrationDelaySeconds),
      healthCheck: {
        protocol: Protocol.HTTP,
        path: targets.healthCheckPath,
        healthyHttpCodes: targets.healthyHttpCodes,
        interval: Duration.seconds(targets.intervalSeconds),
        timeout: Duration.seconds(targets.timeoutSeconds),
        healthyThresholdCount: targets.healthyThresholdCount,
        unhealthyThresholdCount: targets.unhealthyThresholdCount,
      },
    });
    this.loadBalancer.addListener('Listener', {
      port: listenerPort,
      protocol: Protocol.TCP,
      defaultTargetGroups: [this.targetGroup],
    });
  }
}

/** The first generation: it registers instances, all on the same port, so that an instance has one task of a service. */
export class InternalClassicLoadBalancer extends Construct {
  readonly loadBalancer: LoadBalancer;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ClassicLoadBalancerProps) {
    super(scope, id);
    const { network, listenerPort, instancePort } = props;
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      subnetSelection: network.privateSubnets,
      internetFacing: false,
      crossZone: true,
      healthCheck: {
        protocol: LoadBalancingProtocol.HTTP,
        port: instancePort,
        path: targets.healthCheckPath,
        interval: Duration.seconds(targets.intervalSeconds),
        timeout: Duration.seconds(targets.timeoutSeconds),
        healthyThreshold: targets.healthyThresholdCount,
        unhealthyThreshold: targets.unhealthyThresholdCount,
      },
    });
    this.securityGroup = groupInFrontOf(this, 'Classic Load Balancer', props);
    const resource = this.loadBalancer.node.defaultChild as CfnLoadBalancer;
    resource.securityGroups = [this.securityGroup.securityGroupId];
    this.loadBalancer.node.tryRemoveChild('SecurityGroup');
    this.loadBalancer.addListener({
      externalPort: listenerPort,
      externalProtocol: LoadBalancingProtocol.HTTP,
      internalPort: instancePort,
      internalProtocol: LoadBalancingProtocol.HTTP,
      allowConnectionsFrom: [],
    });
    resource.connectionDrainingPolicy = { enabled: true, timeout: targets.deregistrationDelaySeconds };
    resource.connectionSettings = { idleTimeout: props.idleTimeoutSeconds };
    Validations.of(this.loadBalancer).acknowledge(
      {
        id: 'AwsSolutions-ELB1',
        reason: 'The point of it: next to the other two kinds it shows what it cannot do. Nothing depends on it.',
      },
      {
        id: 'AwsSolutions-ELB2',
        reason: 'Internal, and there for a comparison only; flow logs have its connections.',
      },
      {
        id: 'AwsSolutions-ELB5',
        reason: 'Internal, and there for a comparison only; a certificate would need a domain.',
      },
    );
  }
}

function groupInFrontOf(scope: Construct, what: string, props: InternalLoadBalancerProps): SecurityGroup {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc: props.network.vpc,
    description: `${what}: in from the api, out to container instances`,
    allowAllOutbound: false,
  });
  group.connections.allowTo(props.instances, props.instancePorts, `${what} to instances`);
  return group;
}
