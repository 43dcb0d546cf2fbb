import { awsCodeOf, clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';

/** The log groups whose names begin so. */
export async function logGroupsUnder(target: AwsTarget, prefixes: readonly string[]): Promise<string[]> {
  const { CloudWatchLogsClient, paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(clientConfig(target));
  const names: string[] = [];
  try {
    for (const logGroupNamePrefix of prefixes) {
      for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
        names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
    }
    return names;
  } finally {
    client.destroy();
  }
}

/** Those of the names that are there. */
export async function logGroupsNamed(target: AwsTarget, names: readonly string[]): Promise<string[]> {
  return (await logGroupsUnder(target, names)).filter((name) => names.includes(name));
}

/** Deletes log groups by their whole names; gives those that were there. */
export async function deleteLogGroups(target: AwsTarget, names: readonly string[]): Promise<string[]> {
  const { CloudWatchLogsClient, DeleteLogGroupCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(clientConfig(target));
  const deleted: string[] = [];
  try {
    for (const logGroupName of await logGroupsNamed(target, names)) {
      const isDeleted = await client.send(new DeleteLogGroupCommand({ logGroupName })).then(
        () => true,
        (error: unknown) => {
          if (awsCodeOf(error) === 'ResourceNotFoundException') return false;
          throw error;
        },
      );
      if (isDeleted) deleted.push(logGroupName);
    }
    return deleted;
  } finally {
    client.destroy();
  }
}
