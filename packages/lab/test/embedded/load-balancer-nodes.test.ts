import type { ClassicLoadBalancer, LoadBalancer, Subnet } from '@switchyard/blueprint';
import { expect, test } from 'vitest';

import { loadBalancerNodesOf } from '../../src/embedded/load-balancer-nodes.ts';

const subnet = (name: string, cidrBlock: string): Subnet => ({
  name,
  cidrBlock,
  availabilityZone: `us-east-1${name}`,
  id: `subnet-${name}`,
  vpc: 'vpc',
  tier: 'private',
  mapPublicIpOnLaunch: false,
});
const balancer = (type: LoadBalancer['type'], subnets: string[]) =>
  ({ name: type, type, subnets }) as unknown as LoadBalancer;

test('every Network and Classic Load Balancer has an address of its own in each of its subnets', () => {
  const nodes = loadBalancerNodesOf({
    subnets: [subnet('a', '10.10.2.0/24'), subnet('b', '10.10.16.0/20'), subnet('c', '10.10.3.16/28')],
    loadBalancers: [balancer('application', ['a', 'b']), balancer('network', ['a', 'b', 'c'])],
    classicLoadBalancers: [{ name: 'classic', subnets: ['a', 'c'] } as unknown as ClassicLoadBalancer],
  });
  const addresses = [...nodes].map(([{ name }, each]) => [name, each.map(({ vpcAddress }) => vpcAddress)]);
  expect(addresses).toEqual([
    ['network', ['10.10.2.200', '10.10.16.200', '10.10.3.24']],
    ['classic', ['10.10.2.201', '10.10.3.25']],
  ]);
});
