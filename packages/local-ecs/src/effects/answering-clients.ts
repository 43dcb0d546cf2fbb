import { setTimeout as wait } from 'node:timers/promises';
import type { AwsClients, LazyAwsClients } from './aws-clients.ts';

/**
 * The clients as soon as both APIs answer: they may start beside this, and a task that cannot be registered would be given up. Rejects
 * when `signal` is aborted before.
 */
export function answeringClients(
  lazy: LazyAwsClients,
  intervalMs: number,
  signal: AbortSignal,
): () => Promise<AwsClients> {
  let ready: Promise<AwsClients> | undefined;
  const answered = async (): Promise<AwsClients> => {
    const clients = await lazy.clients();
    while (!(await isAnswering(clients, signal))) await wait(intervalMs);
    return clients;
  };
  return async () => await (ready ??= answered());
}

async function isAnswering({ elb, Elb, cloudMap, CloudMap }: AwsClients, signal: AbortSignal): Promise<boolean> {
  try {
    await elb.send(new Elb.DescribeTargetGroupsCommand({ PageSize: 1 }), { abortSignal: signal });
    await cloudMap.send(new CloudMap.ListNamespacesCommand({ MaxResults: 1 }), { abortSignal: signal });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}
