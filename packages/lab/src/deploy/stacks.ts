import { clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';

export interface ExistingStack {
  readonly name: string;
  readonly status: string;
  readonly createdAt: Date;
}

/** Stacks of the account that are not deleted: those named, or those whose names begin with `prefix`. */
export async function existingStacks(
  target: AwsTarget,
  names: readonly string[],
  prefix?: string,
): Promise<ExistingStack[]> {
  const { CloudFormationClient, paginateDescribeStacks } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  const stacks: ExistingStack[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client }, {})) {
      for (const { StackName = '', StackStatus = '', CreationTime = new Date(0) } of Stacks) {
        const wanted = names.includes(StackName) || (prefix !== undefined && StackName.startsWith(prefix));
        if (wanted && StackStatus !== 'DELETE_COMPLETE')
          stacks.push({ name: StackName, status: StackStatus, createdAt: CreationTime });
      }
    }
  } finally {
    client.destroy();
  }
  return stacks;
}

/** Deletes a stack that the CDK app no longer (or not with these switches) has, and waits until it is gone. */
export async function deleteStack(target: AwsTarget, name: string): Promise<void> {
  const { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } =
    await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(target));
  try {
    await client.send(new DeleteStackCommand({ StackName: name }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 3600, minDelay: 2, maxDelay: 20 }, { StackName: name });
  } finally {
    client.destroy();
  }
}
