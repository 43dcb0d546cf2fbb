import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount } from './account.ts';

/** Operations of a service that write down that they were called, and refuse what the caller lacks the permission for. */
export function recordedOperations(account: RecordedAccount) {
  return (service: string, operations: AwsApi['operations']): AwsApi['operations'] =>
    Object.fromEntries(
      Object.entries(operations).map(([name, run]) => [
        name,
        (input: AwsInput) => {
          const action = `${service}:${name}`;
          account.calls.push(action);
          if (account.denied.includes(action))
            throw new AwsApiError('AccessDeniedException', `User is not authorized to perform: ${action}`);
          return run(input);
        },
      ]),
    );
}
