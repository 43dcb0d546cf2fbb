import type { AwsOperation } from '@switchyard/local-aws-endpoint';
import type { ContainerInstance } from '../core/container-instance.ts';
import { invalid, onlyMembers, page, stringsOf } from '../wire/input.ts';
import { capacityProviderShapes, containerInstanceShape } from '../wire/instance-shapes.ts';
import type { References } from './references.ts';

/** Container instances, and the capacity providers that they come from. */
export function instanceOperations(
  references: References,
  instances: readonly ContainerInstance[],
): Record<string, AwsOperation> {
  return {
    ListContainerInstances(input) {
      onlyMembers(input, ['cluster', 'filter', 'status', 'nextToken', 'maxResults']);
      const { name } = references.clusterOf(input);
      const own = instances.filter(({ cluster }) => cluster === name);
      return page(
        input,
        'containerInstanceArns',
        own.map(({ arn }) => arn),
      );
    },
    DescribeContainerInstances(input) {
      onlyMembers(input, ['cluster', 'containerInstances', 'include']);
      const { name } = references.clusterOf(input);
      const wanted = stringsOf(input, 'containerInstances') ?? [];
      if (wanted.length === 0) throw invalid('Container instance cannot be empty.');
      const found = wanted.map((each) => instances.find(({ id, arn }) => id === each || arn === each));
      return {
        containerInstances: found.flatMap((instance) =>
          instance === undefined ? [] : [containerInstanceShape(instance, references.tasksIn(name))],
        ),
        failures: references.failures(wanted, found, `container-instance/${name}`),
      };
    },
    DescribeCapacityProviders(input) {
      onlyMembers(input, ['capacityProviders', 'include', 'maxResults', 'nextToken']);
      const wanted = stringsOf(input, 'capacityProviders');
      const all = capacityProviderShapes(references.blueprint);
      return { capacityProviders: all.filter(({ name }) => wanted?.includes(String(name)) ?? true), failures: [] };
    },
  };
}
