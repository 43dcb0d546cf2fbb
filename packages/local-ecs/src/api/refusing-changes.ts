import type { Blueprint } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { createEcsApi } from './ecs-api.ts';
import type { Records } from '../effects/records.ts';
import { numberOf, stringOf } from '../wire/input.ts';
import { References } from './references.ts';

/** What to say to those who would change through the API what something else starts and stops. */
export interface Remedies {
  readonly scale: (service: string, desiredCount: number | undefined) => string;
  /** Of a task of the service; `container` is what its engine calls it, where that is known. */
  readonly stop: (service: string, container: string | undefined) => string;
}

/** The ECS API for tasks that something else starts and stops: what would change them is refused, saying who can. */
export function refusingChanges(blueprint: Blueprint, records: Records, remedies: Remedies): AwsApi {
  const references = new References(blueprint, records);
  const never = (): never => {
    throw new TypeError('Nothing that changes anything is operated.');
  };
  const api = createEcsApi(blueprint, records, { deploy: never, touch: never, stopTask: never });
  return {
    ...api,
    operations: {
      ...api.operations,
      UpdateService(input) {
        const { name } = references.clusterOf(input);
        const { definition } = references.service(name, stringOf(input, 'service') ?? '');
        throw refusal(remedies.scale(definition.name, numberOf(input, 'desiredCount')));
      },
      StopTask(input) {
        const { name } = references.clusterOf(input);
        const task = references.taskNamed(name, stringOf(input, 'task') ?? '');
        if (task === undefined) throw refusal('The referenced task was not found.');
        throw refusal(remedies.stop(task.service, task.engineName));
      },
    },
  };
}

function refusal(sentence: string): AwsApiError {
  return new AwsApiError('InvalidParameterException', sentence);
}
