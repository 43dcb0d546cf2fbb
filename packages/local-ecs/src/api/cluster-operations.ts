import type { AwsOperation } from '@switchyard/local-aws-endpoint';
import type { ContainerInstance } from '../core/container-instance.ts';
import { onlyMembers, page, stringsOf } from '../wire/input.ts';
import { clusterShape } from '../wire/service-shapes.ts';
import type { References } from './references.ts';

export function clusterOperations(
  references: References,
  instances: readonly ContainerInstance[],
): Record<string, AwsOperation> {
  return {
    ListClusters: (input) =>
      page(
        input,
        'clusterArns',
        references.blueprint.clusters.map(({ arn }) => arn),
      ),
    DescribeClusters(input) {
      onlyMembers(input, ['clusters', 'include']);
      const wanted = stringsOf(input, 'clusters') ?? ['default'];
      const found = wanted.map((name) => references.clusterNamed(name));
      return {
        clusters: found.flatMap((cluster) => {
          if (cluster === undefined) return [];
          const { name } = cluster;
          const instanceCount = instances.filter((each) => each.cluster === name).length;
          return [clusterShape(cluster, references.tasksIn(name), references.servicesIn(name).length, instanceCount)];
        }),
        failures: references.failures(wanted, found, 'cluster'),
      };
    },
  };
}
