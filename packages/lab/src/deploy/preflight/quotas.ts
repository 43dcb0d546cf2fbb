import type { Blueprint } from '@switchyard/blueprint';

import { awsCodeOf, clientConfig, isDenied } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** One quota that a first deployment could run into. */
export interface QuotaNeed {
  readonly what: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** How many the blueprint adds. */
  readonly needed: number;
  /** How many are there already; absent: not counted, so that only `needed` is compared. */
  readonly used?: (target: AwsTarget) => Promise<number>;
}

/** What the blueprint takes of each quota; quota codes as Service Quotas lists them. */
export function quotaNeedsOf(blueprint: Blueprint): QuotaNeed[] {
  const needs: QuotaNeed[] = [
    { what: 'VPCs', serviceCode: 'vpc', quotaCode: 'L-F678F1CE', needed: blueprint.vpcs.length, used: vpcCount },
    {
      what: 'Elastic IP addresses',
      serviceCode: 'ec2',
      quotaCode: 'L-0263D0A3',
      needed: blueprint.natGateways.length,
      used: addressCount,
    },
    {
      what: 'Application Load Balancers',
      serviceCode: 'elasticloadbalancing',
      quotaCode: 'L-53DA6B97',
      needed: blueprint.loadBalancers.filter(({ type }) => type === 'application').length,
      used: loadBalancerCount,
    },
    {
      what: 'interface endpoints in a VPC',
      serviceCode: 'vpc',
      quotaCode: 'L-29B6F2EB',
      needed: blueprint.vpcEndpoints.filter(({ type }) => type === 'Interface').length,
    },
    { what: 'Fargate vCPUs', serviceCode: 'fargate', quotaCode: 'L-3032A538', needed: fargateVcpus(blueprint) },
  ];
  return needs.filter(({ needed }) => needed > 0);
}

/** During a deployment both the old tasks and the new ones run. */
function fargateVcpus({ services, taskDefinitions }: Blueprint): number {
  return services
    .filter(({ launchType }) => launchType === 'FARGATE')
    .reduce((sum, { taskDefinition, desiredCount, deployment }) => {
      const cpu = taskDefinitions.find(({ name }) => name === taskDefinition)?.cpu ?? 0;
      return sum + (cpu / 1024) * Math.floor((desiredCount * deployment.maximumPercent) / 100);
    }, 0);
}

/** One finding for all quotas: the ones that would fail, else how many hold. */
export async function checkQuotas(target: AwsTarget, needs: readonly QuotaNeed[]): Promise<Finding[]> {
  const name = 'quotas';
  const answers = await Promise.all(needs.map(async (need) => ({ need, ...(await standingOf(target, need)) })));
  const failures = answers.flatMap(({ need, quota, used = 0 }) => {
    if (quota === undefined || used + need.needed <= quota) return [];
    const there = need.used === undefined ? '' : ` and ${used} are there`;
    return [
      failure(
        name,
        `${need.needed} more ${need.what} are needed${there}, but ${quota} is the quota in ${target.region}: delete some, or request more for ${need.quotaCode} in the Service Quotas console.`,
      ),
    ];
  });
  if (failures.length > 0) return failures;
  const unread = answers.filter(({ quota }) => quota === undefined).map(({ need }) => need.what);
  if (unread.length > 0)
    return [warning(name, `${unread.join(', ')} could not be compared, as reading quotas is not allowed or failed.`)];
  return [
    ok(
      name,
      answers.map(({ need, quota, used }) => `${need.what} ${(used ?? 0) + need.needed} of ${quota}`).join(', '),
    ),
  ];
}

async function standingOf(
  target: AwsTarget,
  { serviceCode, quotaCode, used }: QuotaNeed,
): Promise<{ quota?: number; used?: number }> {
  try {
    const [quota, count] = await Promise.all([quotaOf(target, serviceCode, quotaCode), used?.(target)]);
    return { ...(quota === undefined ? {} : { quota }), ...(count === undefined ? {} : { used: count }) };
  } catch (error) {
    if (isDenied(error) || awsCodeOf(error) !== '') return {};
    throw error;
  }
}

async function quotaOf(target: AwsTarget, ServiceCode: string, QuotaCode: string): Promise<number | undefined> {
  const { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } =
    await import('@aws-sdk/client-service-quotas');
  const client = new ServiceQuotasClient(clientConfig(target));
  try {
    const applied = await client
      .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))
      .catch((error: unknown) => {
        // A quota that nobody raised may have no applied value.
        if (awsCodeOf(error) === 'NoSuchResourceException') return undefined;
        throw error;
      });
    if (applied?.Quota?.Value !== undefined) return applied.Quota.Value;
    const { Quota } = await client.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
    return Quota?.Value;
  } finally {
    client.destroy();
  }
}

async function vpcCount(target: AwsTarget): Promise<number> {
  const { EC2Client, paginateDescribeVpcs } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  let count = 0;
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {})) count += Vpcs.length;
  client.destroy();
  return count;
}

async function addressCount(target: AwsTarget): Promise<number> {
  const { DescribeAddressesCommand, EC2Client } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
  client.destroy();
  return Addresses.length;
}

async function loadBalancerCount(target: AwsTarget): Promise<number> {
  const { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } =
    await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = new ElasticLoadBalancingV2Client(clientConfig(target));
  let count = 0;
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    count += LoadBalancers.filter(({ Type }) => Type === 'application').length;
  }
  client.destroy();
  return count;
}
