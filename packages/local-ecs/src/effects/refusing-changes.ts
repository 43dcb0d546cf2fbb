import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';

/** The same API for tasks that something else starts and stops: what would change them is refused, saying who can. */
export function refusingChanges(api: AwsApi, remedies: { readonly scale: string; readonly stop: string }): AwsApi {
  const refuse = (remedy: string) => (): never => {
    throw new AwsApiError('InvalidParameterException', remedy);
  };
  return {
    ...api,
    operations: { ...api.operations, UpdateService: refuse(remedies.scale), StopTask: refuse(remedies.stop) },
  };
}
