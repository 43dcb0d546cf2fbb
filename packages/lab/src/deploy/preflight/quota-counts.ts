import { clientConfig } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';

/** What is there of what Service Quotas has no metric for, counted by the service itself. */
export async function vpcCount(target: AwsTarget): Promise<number> {
  const { EC2Client, paginateDescribeVpcs } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    let count = 0;
    for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {})) count += Vpcs.length;
    return count;
  } finally {
    client.destroy();
  }
}

export async function internetGatewayCount(target: AwsTarget): Promise<number> {
  const { EC2Client, paginateDescribeInternetGateways } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    let count = 0;
    for await (const { InternetGateways = [] } of paginateDescribeInternetGateways({ client }, {}))
      count += InternetGateways.length;
    return count;
  } finally {
    client.destroy();
  }
}

export async function addressCount(target: AwsTarget): Promise<number> {
  const { DescribeAddressesCommand, EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
    return Addresses.length;
  } finally {
    client.destroy();
  }
}

/** In the zone that has most of them. */
export async function natGatewayCount(target: AwsTarget): Promise<number> {
  const { EC2Client, paginateDescribeNatGateways, paginateDescribeSubnets } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  try {
    const inSubnet = new Map<string, number>();
    const Filter = [{ Name: 'state', Values: ['pending', 'available', 'deleting'] }];
    for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client }, { Filter })) {
      for (const { SubnetId = '' } of NatGateways) inSubnet.set(SubnetId, (inSubnet.get(SubnetId) ?? 0) + 1);
    }
    if (inSubnet.size === 0) return 0;
    const inZone = new Map<string, number>();
    const Filters = [{ Name: 'subnet-id', Values: [...inSubnet.keys()] }];
    for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, { Filters })) {
      for (const { SubnetId = '', AvailabilityZone: zone = '' } of Subnets)
        inZone.set(zone, (inZone.get(zone) ?? 0) + (inSubnet.get(SubnetId) ?? 0));
    }
    return Math.max(0, ...inZone.values());
  } finally {
    client.destroy();
  }
}

export async function loadBalancerCount(target: AwsTarget, type: 'application' | 'network'): Promise<number> {
  const { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } =
    await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = new ElasticLoadBalancingV2Client(clientConfig(target));
  try {
    let count = 0;
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
      count += LoadBalancers.filter(({ Type }) => Type === type).length;
    }
    return count;
  } finally {
    client.destroy();
  }
}

export async function classicLoadBalancerCount(target: AwsTarget): Promise<number> {
  const { ElasticLoadBalancingClient, paginateDescribeLoadBalancers } =
    await import('@aws-sdk/client-elastic-load-balancing');
  const client = new ElasticLoadBalancingClient(clientConfig(target));
  try {
    let count = 0;
    for await (const { LoadBalancerDescriptions = [] } of paginateDescribeLoadBalancers({ client }, {}))
      count += LoadBalancerDescriptions.length;
    return count;
  } finally {
    client.destroy();
  }
}
