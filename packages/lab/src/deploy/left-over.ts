import { clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import { existingStacks } from './stacks.ts';

/** What CloudFormation made for the stacks and is still there, by ARN. */
export async function leftOver(target: AwsTarget, stackNames: readonly string[], prefix: string): Promise<string[]> {
  const stacks = await existingStacks(target, stackNames, prefix);
  const arns = await taggedArns(target, stackNames);
  return [...stacks.map(({ name, status }) => `stack ${name} (${status})`), ...arns.filter((arn) => mayCost(arn))];
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

/** Deleted task definitions and key policies stay listed for a while and cost nothing. */
const costly =
  /^arn:[^:]+:(elasticloadbalancing:.*:loadbalancer\/|ec2:.*:(natgateway|elastic-ip|vpc-endpoint|instance|volume)\/|ecs:.*:(service|task)\/|logs:.*:log-group:|s3:::|acm-pca:|kms:.*:key\/|secretsmanager:|cloudwatch:.*:dashboard\/|route53:::hostedzone\/)/;

export function mayCost(arn: string): boolean {
  return costly.test(arn);
}
