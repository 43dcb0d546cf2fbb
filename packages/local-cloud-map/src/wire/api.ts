/** Cloud Map's API as a table. Source: the service model of `servicediscovery`, 2017-03-14. */
import { AwsApiError, type AwsApi, type AwsOperation } from '@switchyard/local-aws-endpoint';
import { CloudMapError, type Context, type State } from '../core/model.ts';
import { instanceOperations, type DiscoverQuotas } from './instance-operations.ts';
import { namespaceOperations } from './namespace-operations.ts';
import { serviceOperations } from './service-operations.ts';

/** `context` is asked once per operation, and brings the registry up to date first. */
export function cloudMapApi(state: State, context: () => Context, quotas: DiscoverQuotas): AwsApi {
  const operations = {
    ...namespaceOperations(state, context),
    ...serviceOperations(state, context),
    ...instanceOperations(state, context, quotas),
  };
  return {
    service: 'servicediscovery',
    protocol: { kind: 'json-1.1', targetPrefix: 'Route53AutoNaming_v20170314' },
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, upToDate(operation, context)]),
    ),
  };
}

/** Some operations read the state without needing the time; whatever was due must show in them too. */
function upToDate(operation: AwsOperation, context: () => Context): AwsOperation {
  return (input) => {
    context();
    try {
      return operation(input);
    } catch (error) {
      if (error instanceof CloudMapError) throw new AwsApiError(error.code, error.message, 400, error.members);
      throw error;
    }
  };
}
