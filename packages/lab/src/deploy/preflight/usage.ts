import type { MetricInfo } from '@aws-sdk/client-service-quotas';

import { clientConfig } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';

const hourMs = 3_600_000;

/**
 * How much of a quota is taken, by the metric that Service Quotas names for it: the latest value of the last hour; none is none in use.
 * Source: Amazon ECS developer guide, AWS Fargate usage metrics; Service Quotas API reference, MetricInfo.
 */
export async function usageOf(target: AwsTarget, metric: MetricInfo): Promise<number> {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(clientConfig(target));
  const now = Date.now();
  const statistic = metric.MetricStatisticRecommendation === 'Sum' ? 'Sum' : 'Maximum';
  try {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: metric.MetricNamespace,
        MetricName: metric.MetricName,
        Dimensions: Object.entries(metric.MetricDimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(now - hourMs),
        EndTime: new Date(now),
        Period: 300,
        Statistics: [statistic],
      }),
    );
    const latest = Datapoints.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
    return latest?.[statistic] ?? 0;
  } finally {
    client.destroy();
  }
}

function timeOf({ Timestamp }: { readonly Timestamp?: Date | undefined }): number {
  return Timestamp?.getTime() ?? 0;
}
