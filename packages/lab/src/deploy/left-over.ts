import { clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import { containerInsightsOf } from './beside-stacks.ts';
import { logGroupsNamed, logGroupsUnder } from './log-groups.ts';
import { existingStacks } from './stacks.ts';

/**
 * What is still there of these stacks: those themselves, what CloudFormation made for them, by ARN, and log groups that are called as
 * AWS services call theirs for them.
 */
export async function leftOver(
  target: AwsTarget,
  { stackNames, clusters }: { readonly stackNames: readonly string[]; readonly clusters: readonly string[] },
): Promise<string[]> {
  const stacks = await existingStacks(target, stackNames);
  const arns = (await taggedArns(target, stackNames)).filter((arn) => mayCost(arn));
  const logGroups = [
    ...(await logGroupsNamed(target, clusters.map(containerInsightsOf))),
    ...(await logGroupsUnder(
      target,
      stackNames.map((name) => `/aws/lambda/${name}-`),
    )),
  ];
  return [
    ...stacks.map(({ name, status }) => `stack ${name} (${status})`),
    ...(await alive(target, arns)),
    ...logGroups.map((name) => `log group ${name}`),
  ];
}

/** CloudFormation tags what it makes with the stack's name, for every type that can be tagged. */
async function taggedArns(target: AwsTarget, stackNames: readonly string[]): Promise<string[]> {
  const { paginateGetResources, ResourceGroupsTaggingAPIClient } =
    await import('@aws-sdk/client-resource-groups-tagging-api');
  const client = new ResourceGroupsTaggingAPIClient(clientConfig(target));
  const arns: string[] = [];
  try {
    // The API takes 20 values of one key.
    for (let at = 0; at < stackNames.length; at += 20) {
      const TagFilters = [{ Key: 'aws:cloudformation:stack-name', Values: stackNames.slice(at, at + 20) }];
      for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, { TagFilters })) {
        arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
      }
    }
  } finally {
    client.destroy();
  }
  return arns;
}

/** NAT gateways and instances stay listed for an hour after their end: only those that EC2 calls alive count. */
async function alive(target: AwsTarget, arns: readonly string[]): Promise<string[]> {
  const lingers = /:(natgateway|instance)\//;
  if (!arns.some((arn) => lingers.test(arn))) return [...arns];
  const { EC2Client, paginateDescribeInstances, paginateDescribeNatGateways } = await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  const ids = new Set<string | undefined>();
  try {
    const Filter = [{ Name: 'state', Values: ['pending', 'available'] }];
    for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client }, { Filter })) {
      for (const { NatGatewayId } of NatGateways) ids.add(NatGatewayId);
    }
    const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
      for (const { Instances = [] } of Reservations) for (const { InstanceId } of Instances) ids.add(InstanceId);
    }
  } finally {
    client.destroy();
  }
  return arns.filter((arn) => !lingers.test(arn) || ids.has(arn.slice(arn.lastIndexOf('/') + 1)));
}

/**
 * What stays listed after its end and costs nothing is left out: task definitions, stopped services, keys and authorities that wait for
 * their deletion.
 */
const costly =
  /^arn:[^:]+:(elasticloadbalancing:.*:loadbalancer\/|ec2:.*:(natgateway|elastic-ip|vpc-endpoint|instance|volume)\/|logs:.*:log-group:|s3:::|secretsmanager:|route53:::hostedzone\/)/;

export function mayCost(arn: string): boolean {
  return costly.test(arn);
}
