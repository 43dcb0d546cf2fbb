import { clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import type { ResourceEvent } from './cdk/progress.ts';

export interface ExistingStack {
  readonly name: string;
  readonly status: string;
  /** Why it is in that state; empty when CloudFormation says nothing. */
  readonly reason: string;
  readonly createdAt: Date;
  /** Names under which other stacks may import from it. */
  readonly exports: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Stacks of the account with these names that are not deleted. */
export async function existingStacks(target: AwsTarget, names: readonly string[]): Promise<ExistingStack[]> {
  const { CloudFormationClient, paginateDescribeStacks } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  const stacks: ExistingStack[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
      for (const { StackName: name = '', StackStatus: status = '', ...rest } of Stacks) {
        if (!names.includes(name) || status === 'DELETE_COMPLETE') continue;
        stacks.push({
          name,
          status,
          reason: rest.StackStatusReason ?? '',
          createdAt: rest.CreationTime ?? new Date(0),
          exports: (rest.Outputs ?? []).flatMap(({ ExportName }) => ExportName ?? []),
          tags: Object.fromEntries((rest.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
        });
      }
    }
  } finally {
    client.destroy();
  }
  return stacks;
}

/**
 * Deletes a stack that the CDK app no longer (or not with these switches) has, and waits until it is gone. An abort ends the waiting,
 * not the deletion.
 */
export async function deleteStack(target: AwsTarget, name: string, abortSignal: AbortSignal): Promise<void> {
  const { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } =
    await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  try {
    await client.send(new DeleteStackCommand({ StackName: name }), { abortSignal });
    await waitUntilStackDeleteComplete(
      { client, maxWaitTime: 3600, minDelay: 2, maxDelay: 20, abortSignal },
      { StackName: name },
    );
  } finally {
    client.destroy();
  }
}

/** What failed first when CloudFormation last tried to delete a stack: a resource, else the stack itself; undefined when it did not say. */
export async function deletionFailure(target: AwsTarget, name: string): Promise<ResourceEvent | undefined> {
  const { CloudFormationClient, paginateDescribeStackEvents } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  let failed: ResourceEvent | undefined;
  try {
    // The newest come first.
    for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: name })) {
      for (const { ResourceType: type = '', LogicalResourceId: what = '', ...event } of StackEvents) {
        const isStack = type === 'AWS::CloudFormation::Stack';
        const { ResourceStatus: status = '', ResourceStatusReason: reason = '' } = event;
        if (isStack && status === 'DELETE_IN_PROGRESS') return failed;
        if (status === 'DELETE_FAILED' && (failed === undefined || !isStack))
          failed = { stack: name, status, type, what, reason };
      }
    }
    return failed;
  } finally {
    client.destroy();
  }
}
