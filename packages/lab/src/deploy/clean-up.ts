import { awsCodeOf, clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';

/**
 * Deletes log groups that AWS services made on their own, which no stack owns and which are kept for ever: Container Insights writes to
 * `/aws/ecs/containerinsights/<cluster>/`, the functions behind custom resources to `/aws/lambda/<stack>-`.
 */
export async function deleteLogGroups(target: AwsTarget, prefixes: readonly string[]): Promise<string[]> {
  const { CloudWatchLogsClient, DeleteLogGroupCommand, paginateDescribeLogGroups } =
    await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(clientConfig(target));
  const deleted: string[] = [];
  try {
    for (const logGroupNamePrefix of prefixes) {
      const names: string[] = [];
      for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
        names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
      }
      for (const logGroupName of names) {
        await client.send(new DeleteLogGroupCommand({ logGroupName }));
        deleted.push(logGroupName);
      }
    }
  } finally {
    client.destroy();
  }
  return deleted;
}

/**
 * Deletes discovery services without instances from namespaces of ours. ECS makes them for Service Connect, no stack owns them, and
 * Cloud Map does not delete a namespace that has any.
 */
export async function deleteDiscoveryServices(target: AwsTarget, namespaces: readonly string[]): Promise<string[]> {
  const { DeleteServiceCommand, paginateListNamespaces, paginateListServices, ServiceDiscoveryClient } =
    await import('@aws-sdk/client-servicediscovery');
  const client = new ServiceDiscoveryClient(clientConfig(target));
  const deleted: string[] = [];
  try {
    for await (const { Namespaces = [] } of paginateListNamespaces({ client }, {})) {
      for (const { Id = '', Name = '' } of Namespaces.filter(({ Name }) => namespaces.includes(Name ?? ''))) {
        for await (const { Services = [] } of paginateListServices(
          { client },
          { Filters: [{ Name: 'NAMESPACE_ID', Values: [Id] }] },
        )) {
          for (const service of Services) {
            const isGone = await client.send(new DeleteServiceCommand({ Id: service.Id })).then(
              () => true,
              (error: unknown) => {
                if (awsCodeOf(error) === 'ResourceInUse') return false;
                throw error;
              },
            );
            if (isGone) deleted.push(`${service.Name}.${Name}`);
          }
        }
      }
    }
  } finally {
    client.destroy();
  }
  return deleted;
}
