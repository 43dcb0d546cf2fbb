import type { Blueprint, ClassicLoadBalancer, LoadBalancer, TargetGroup } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { startLocalClassicLb } from '@switchyard/local-classic-lb';
import { loopbackAddressOf } from '@switchyard/local-ecs';
import type { ContainerInstance } from '@switchyard/local-ecs';
import { startLocalNlb } from '@switchyard/local-nlb';

import type { StandInEvent } from './lab-event.ts';
import type { LoadBalancerNodes } from './load-balancer-nodes.ts';

export interface OtherLoadBalancer {
  readonly name: string;
  readonly type: 'network' | 'classic';
  /** One for each listener and subnet. */
  readonly urls: readonly string[];
}

export interface OtherLoadBalancers extends AsyncDisposable {
  readonly all: readonly OtherLoadBalancer[];
  /** Elastic Load Balancing v2, for the network ones. */
  readonly networkApis: readonly AwsApi[];
  /** The first version, for the classic ones. */
  readonly classicApis: readonly AwsApi[];
}

export interface OtherLoadBalancersOptions {
  readonly blueprint: Blueprint;
  readonly nodes: LoadBalancerNodes;
  readonly instances: readonly ContainerInstance[];
  /** Tasks and load balancers are at 127.<octet>.a.b. */
  readonly addressOctet: number;
  readonly tell: (event: StandInEvent) => void;
}

/** Opens the Network and Classic Load Balancers, each with an address in each of its subnets and on the ports that it has on AWS. */
export async function startOtherLoadBalancers(options: OtherLoadBalancersOptions): Promise<OtherLoadBalancers> {
  const { blueprint, nodes, instances, addressOctet, tell } = options;
  const instance = (id: string) => {
    const found = instances.find(({ ec2InstanceId }) => ec2InstanceId === id);
    return found && { address: found.address, availabilityZone: found.zone };
  };
  await using opening = new AsyncDisposableStack();
  const all: OtherLoadBalancer[] = [];
  const networkApis: AwsApi[] = [];
  const classicApis: AwsApi[] = [];
  const listenersOf = (loadBalancer: LoadBalancer | ClassicLoadBalancer) =>
    (nodes.get(loadBalancer) ?? []).flatMap(({ vpcAddress, availabilityZone }) => {
      const host = loopbackAddressOf(vpcAddress, addressOctet);
      return loadBalancer.listeners.map(({ port }) => ({ host, availabilityZone, port, localPort: port }));
    });
  for (const loadBalancer of blueprint.loadBalancers.filter(({ type }) => type === 'network')) {
    const nlb = opening.use(
      await startLocalNlb({
        loadBalancer,
        targetGroups: networkTargetGroups(blueprint),
        listeners: listenersOf(loadBalancer),
        instance,
        onEvent: (event) => tell({ source: 'network-load-balancer', event }),
      }),
    );
    networkApis.push(nlb.api);
    all.push({ name: loadBalancer.name, type: 'network', urls: urlsOf(nlb.listeners) });
  }
  for (const loadBalancer of blueprint.classicLoadBalancers ?? []) {
    const classic = opening.use(
      await startLocalClassicLb({
        loadBalancer,
        listeners: listenersOf(loadBalancer),
        instance,
        onEvent: (event) => tell({ source: 'classic-load-balancer', event }),
      }),
    );
    classicApis.push(classic.api);
    all.push({ name: loadBalancer.name, type: 'classic', urls: urlsOf(classic.listeners) });
  }
  const stack = opening.move();
  return { all, networkApis, classicApis, [Symbol.asyncDispose]: async () => await stack.disposeAsync() };
}

/** Those that a Network Load Balancer has; the others are the Application Load Balancer's. */
export function networkTargetGroups({ targetGroups }: Blueprint): TargetGroup[] {
  return targetGroups.filter(({ protocol }) => protocol !== 'HTTP' && protocol !== 'HTTPS');
}

function urlsOf(listeners: readonly { readonly host: string; readonly localPort: number }[]): string[] {
  return listeners.map(({ host, localPort }) => `http://${host}:${localPort}`);
}
