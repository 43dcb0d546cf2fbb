import type { Blueprint } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { createEcsApi } from './ecs-api.ts';
import type { Records } from '../effects/records.ts';

/** The ECS API for tasks that something else starts and stops: what would change them is refused, saying who can. */
export function refusingChanges(
  blueprint: Blueprint,
  records: Records,
  remedies: { readonly scale: string; readonly stop: string },
): AwsApi {
  const refuse = (remedy: string) => (): never => {
    throw new AwsApiError('InvalidParameterException', remedy);
  };
  const scale = refuse(remedies.scale);
  const stop = refuse(remedies.stop);
  const api = createEcsApi(blueprint, records, { deploy: scale, touch: scale, stopTask: stop });
  return { ...api, operations: { ...api.operations, UpdateService: scale, StopTask: stop } };
}
