import { clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import type { ExistingStack } from './stacks.ts';

/** What belongs to the resources of stacks without being in a stack, and outlives them or holds them back. */
export interface BesideStacks {
  /** Log groups that AWS services make on their own and keep for ever, whether or not they are there. */
  readonly logGroups: readonly string[];
  /** Paths of the Reachability Analyzer, by id: they are not deleted while they have analyses. */
  readonly paths: readonly string[];
  /** Namespaces, by id: they are not deleted while they have discovery services. */
  readonly namespaces: readonly string[];
}

/**
 * Container Insights writes to a log group named after the cluster, a function behind a custom resource to one named after the function.
 * Both names are unique in an account's region, so what a cluster or function of a stack has written is that stack's.
 */
export async function besideStacks(target: AwsTarget, stacks: readonly ExistingStack[]): Promise<BesideStacks> {
  const { CloudFormationClient, paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  const logGroups: string[] = [];
  const paths: string[] = [];
  const namespaces: string[] = [];
  try {
    for (const { name: StackName } of stacks) {
      for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
        for (const { ResourceType: type = '', PhysicalResourceId: id = '', ResourceStatus } of StackResourceSummaries) {
          // One that could not be created may be called like another that is not the stack's.
          if (id === '' || ResourceStatus === 'CREATE_FAILED' || ResourceStatus === 'DELETE_COMPLETE') continue;
          if (type === 'AWS::ECS::Cluster') logGroups.push(containerInsightsOf(id));
          if (type === 'AWS::Lambda::Function') logGroups.push(`/aws/lambda/${id}`);
          if (type === 'AWS::EC2::NetworkInsightsPath') paths.push(id);
          if (/^AWS::ServiceDiscovery::\w+Namespace$/.test(type)) namespaces.push(id);
        }
      }
    }
  } finally {
    client.destroy();
  }
  return { logGroups, paths, namespaces };
}

/** Source: Amazon CloudWatch user guide, Container Insights performance log events. */
export function containerInsightsOf(cluster: string): string {
  return `/aws/ecs/containerinsights/${cluster}/performance`;
}

/** Deletes what was analysed on these paths; gives how many analyses that were. */
export async function deleteAnalyses(target: AwsTarget, paths: readonly string[]): Promise<number> {
  if (paths.length === 0) return 0;
  const { DeleteNetworkInsightsAnalysisCommand, EC2Client, paginateDescribeNetworkInsightsAnalyses } =
    await import('@aws-sdk/client-ec2');
  const client = new EC2Client(clientConfig(target));
  const ids: string[] = [];
  try {
    for (const NetworkInsightsPathId of paths) {
      const pages = paginateDescribeNetworkInsightsAnalyses({ client }, { NetworkInsightsPathId });
      for await (const { NetworkInsightsAnalyses = [] } of pages)
        ids.push(
          ...NetworkInsightsAnalyses.flatMap(({ NetworkInsightsAnalysisId }) => NetworkInsightsAnalysisId ?? []),
        );
    }
    for (const NetworkInsightsAnalysisId of ids)
      await client.send(new DeleteNetworkInsightsAnalysisCommand({ NetworkInsightsAnalysisId }));
    return ids.length;
  } finally {
    client.destroy();
  }
}
