import type { Blueprint, ClassicLoadBalancer, LoadBalancer } from '@switchyard/blueprint';
import { addressInSubnet } from '@switchyard/local-ecs';

/** A load balancer's own address in one of its subnets. */
export interface LoadBalancerNode {
  readonly vpcAddress: string;
  readonly availabilityZone: string;
}

export type LoadBalancerNodes = ReadonlyMap<LoadBalancer | ClassicLoadBalancer, readonly LoadBalancerNode[]>;

/** Counted from a subnet's first address: far above those that tasks get first, below those of instances. */
const firstOffset = 200;

/** Where the Network and Classic Load Balancers are, each in each of its subnets. In a subnet that has not so many addresses, in its second half. */
export function loadBalancerNodesOf(
  blueprint: Pick<Blueprint, 'subnets' | 'loadBalancers' | 'classicLoadBalancers'>,
): LoadBalancerNodes {
  const { subnets, loadBalancers, classicLoadBalancers = [] } = blueprint;
  const all = [...loadBalancers.filter(({ type }) => type === 'network'), ...classicLoadBalancers];
  return new Map(
    all.map((loadBalancer, index) => [
      loadBalancer,
      subnets
        .filter(({ name }) => loadBalancer.subnets.includes(name))
        .map(({ cidrBlock, availabilityZone }) => {
          const size = 2 ** (32 - Number(cidrBlock.split('/')[1]));
          const offset = size > firstOffset ? firstOffset : size / 2;
          return { vpcAddress: addressInSubnet(cidrBlock, offset + index), availabilityZone };
        }),
    ]),
  );
}
