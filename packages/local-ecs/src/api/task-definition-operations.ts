import type { AwsOperation } from '@switchyard/local-aws-endpoint';
import { onlyMembers, page, stringOf } from '../wire/input.ts';
import { taskDefinitionShape } from '../wire/task-shapes.ts';
import type { References } from './references.ts';

export function taskDefinitionOperations(references: References): Record<string, AwsOperation> {
  return {
    ListTaskDefinitions(input) {
      onlyMembers(input, ['familyPrefix', 'status', 'sort', 'nextToken', 'maxResults']);
      const family = stringOf(input, 'familyPrefix');
      const isActive = (stringOf(input, 'status') ?? 'ACTIVE') === 'ACTIVE';
      const arns = references.blueprint.taskDefinitions
        .filter(({ name }) => isActive && (family === undefined || name === family))
        .map(({ arn }) => arn);
      return page(input, 'taskDefinitionArns', input['sort'] === 'DESC' ? arns.toReversed() : arns);
    },
    DescribeTaskDefinition: (input) => ({
      taskDefinition: taskDefinitionShape(references.taskDefinition(stringOf(input, 'taskDefinition') ?? '')),
      tags: [],
    }),
  };
}
