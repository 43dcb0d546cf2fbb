import { AwsApiError } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount } from './account.ts';
import type { Template } from './template-values.ts';

/** What a template's parameters of the parameter store's kind stand for: the values under the names that were passed, else their defaults. */
export function resolvedParameters(
  { publicParameters, bootstrapVersion }: RecordedAccount,
  template: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const { Parameters = {} } = JSON.parse(template) as Partial<Template>;
  const store: Readonly<Record<string, string>> = {
    ...publicParameters,
    ...(bootstrapVersion === undefined ? {} : { '/cdk-bootstrap/hnb659fds/version': String(bootstrapVersion) }),
  };
  return Object.fromEntries(
    Object.entries(Parameters)
      .filter(([, { Type }]) => Type.startsWith('AWS::SSM::Parameter::Value<'))
      .map(([key, { Default = '' }]) => [key, inStore(store, given[key] ?? Default)]),
  );
}

function inStore(store: Readonly<Record<string, string>>, name: string): string {
  const value = store[name];
  if (value !== undefined) return value;
  throw new AwsApiError(
    'ValidationError',
    `Unable to fetch parameters [${name}] from parameter store for this account.`,
  );
}
