import type { Blueprint } from '@switchyard/blueprint';

import type { TemplateResource } from '../assembly.ts';
import type { Prices } from './prices.ts';

export interface InsightsEstimate {
  readonly metrics: number;
  readonly monthlyUsd: number;
}

/**
 * Metrics that Container Insights with enhanced observability writes of clusters, services with their task definitions, and tasks with
 * their containers, whether or not there is a request. Apart from the sum, since how many they are is an estimate.
 */
export function insightsOf(
  { services }: Blueprint,
  resources: readonly TemplateResource[],
  { monthly, containerInsights: { perCluster, perService, perTask } }: Prices,
): InsightsEstimate | undefined {
  const clusters = resources.filter(isWatched).length;
  if (clusters === 0) return undefined;
  const tasks = services.reduce((sum, { desiredCount }) => sum + desiredCount, 0);
  const metrics = clusters * perCluster + services.length * perService + tasks * perTask;
  return { metrics, monthlyUsd: metrics * monthly.containerInsightsMetric };
}

function isWatched({ type, properties }: TemplateResource): boolean {
  const settings = (properties['ClusterSettings'] ?? []) as readonly {
    readonly Name?: string;
    readonly Value?: string;
  }[];
  const isEnhanced = settings.some(({ Name, Value }) => Name === 'containerInsights' && Value === 'enhanced');
  return type === 'AWS::ECS::Cluster' && isEnhanced;
}
