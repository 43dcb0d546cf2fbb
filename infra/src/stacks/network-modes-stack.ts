import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import { Cluster, NetworkMode } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { containerPort, loadBalancer, networkModes, services } from '../config.ts';
import { ContainerInstances } from '../constructs/container-instances.ts';
import { InstanceService } from '../constructs/instance-service.ts';
import type { InstanceServiceProps } from '../constructs/instance-service.ts';
import { InternalClassicLoadBalancer, InternalNetworkLoadBalancer } from '../constructs/internal-load-balancers.ts';
import type { NetworkStack } from './network-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { ServicesStack } from './services-stack.ts';

export interface NetworkModesStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  readonly services: ServicesStack;
  /** One instance in each. */
  readonly zones: number;
  /** Folder that holds the Dockerfile. */
  readonly repositoryRoot: string;
  readonly architecture: 'x86_64' | 'arm64';
}

/** The worker once more, on EC2 instances: the network modes that Fargate does not have, and the load balancers that go with them. */
export class NetworkModesStack extends Stack {
  readonly instances: ContainerInstances;
  readonly networkLoadBalancer: InternalNetworkLoadBalancer;
  readonly classicLoadBalancer: InternalClassicLoadBalancer;

  constructor(scope: Construct, id: string, props: NetworkModesStackProps) {
    super(scope, id, props);
    const { platform, architecture, zones } = props;
    const { network } = props.network;
    const { bridge, classic, host, listenerPort, dynamicPorts } = networkModes;
    this.instances = new ContainerInstances(this, 'Instances', {
      network,
      cluster: platform.cluster,
      architecture,
      instanceType: networkModes.instanceTypes[architecture],
      count: zones,
    });
    const { securityGroup: instances, capacityProvider } = this.instances;
    const anyDynamic = Port.tcpRange(dynamicPorts.from, dynamicPorts.to);
    const common = { network, listenerPort, instances };
    this.networkLoadBalancer = new InternalNetworkLoadBalancer(this, 'Network', {
      ...common,
      instancePorts: anyDynamic,
    });
    this.classicLoadBalancer = new InternalClassicLoadBalancer(this, 'Classic', {
      ...common,
      instancePorts: Port.tcp(classic.hostPort),
      instancePort: classic.hostPort,
      idleTimeoutSeconds: loadBalancer.idleTimeoutSeconds,
    });
    this.#letTheApiIn(props, anyDynamic);
    const service = this.#serviceOf(props);
    const { capacityProviderName } = capacityProvider;
    const bridged = service('Bridge', {
      name: bridge.name,
      networkMode: NetworkMode.BRIDGE,
      hostPort: 0,
      // One more than there are instances: two share one.
      desiredCount: zones + 1,
      isBehindLoadBalancer: true,
      route: `Network Load Balancer, TCP ${listenerPort}, to the instance’s port of each task`,
      capacityProviderName,
      namespace: platform.namespace,
      checksContainer: true,
    });
    this.networkLoadBalancer.targetGroup.addTarget(
      bridged.service.loadBalancerTarget({ containerName: bridge.name, containerPort }),
    );
    // The other two are placed by their launch type: ECS takes no capacity provider behind a Classic Load Balancer, and without one it says
    // in an event when an instance's port is taken, instead of adding an instance.
    const classical = service('Static', {
      name: classic.name,
      networkMode: NetworkMode.BRIDGE,
      hostPort: classic.hostPort,
      desiredCount: zones,
      isBehindLoadBalancer: true,
      route: `Classic Load Balancer, HTTP ${listenerPort}, to port ${classic.hostPort} of each instance`,
      checksContainer: false,
    });
    classical.service.attachToClassicLB(this.classicLoadBalancer.loadBalancer);
    service('Host', {
      name: host.name,
      networkMode: NetworkMode.HOST,
      hostPort: host.hostPort,
      desiredCount: zones,
      isBehindLoadBalancer: false,
      route: `no load balancer: port ${host.hostPort} of each instance`,
      namespace: platform.namespace,
      checksContainer: true,
    });
    this.#output('NetworkLoadBalancerUrl', this.networkLoadBalancer.loadBalancer.loadBalancerDnsName);
    this.#output('ClassicLoadBalancerUrl', this.classicLoadBalancer.loadBalancer.loadBalancerDnsName);
  }

  /** The api calls workers: through either load balancer, or, found by name, at their instances' ports. */
  #letTheApiIn({ services: { services: routed }, network }: NetworkModesStackProps, dynamicPorts: Port): void {
    const { securityGroup: api } = routed.api;
    const { listenerPort, host } = networkModes;
    const { securityGroup: instances } = this.instances;
    this.networkLoadBalancer.securityGroup.connections.allowFrom(api, Port.tcp(listenerPort), 'api to load balancer');
    this.classicLoadBalancer.securityGroup.connections.allowFrom(api, Port.tcp(listenerPort), 'api to load balancer');
    instances.connections.allowFrom(api, Port.tcp(host.hostPort), 'api to worker in host mode');
    instances.connections.allowFrom(api, dynamicPorts, 'api to worker in bridge mode');
    network.endpoints.letIn(instances, 'instances');
  }

  /** Its own view of the cluster: with instances, and with their security group for what the services' tasks share. */
  #serviceOf(props: NetworkModesStackProps) {
    const { repositoryRoot, architecture, platform, network } = props;
    const cluster = Cluster.fromClusterAttributes(this, 'Cluster', {
      clusterName: platform.cluster.clusterName,
      clusterArn: platform.cluster.clusterArn,
      vpc: network.network.vpc,
      securityGroups: [this.instances.securityGroup],
      hasEc2Capacity: true,
    });
    type Own = Omit<InstanceServiceProps, 'cluster' | 'service' | 'repositoryRoot' | 'architecture'>;
    return (id: string, own: Own): InstanceService => {
      const service = new InstanceService(this, id, {
        cluster,
        service: services.worker,
        repositoryRoot,
        architecture,
        ...own,
      });
      service.node.addDependency(this.instances);
      return service;
    };
  }

  #output(id: string, dnsName: string): void {
    // oxlint-disable-next-line no-new -- a construct registers itself with its scope
    new CfnOutput(this, id, { value: `http://${dnsName}:${networkModes.listenerPort}` });
  }
}
