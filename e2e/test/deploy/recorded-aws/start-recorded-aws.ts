import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';

import { recordedAccount } from './account.ts';
import type { AccountOptions, RecordedAccount } from './account.ts';
import { smallApis } from './apis.ts';
import { cloudFormationApi } from './cloudformation.ts';
import { preflightApis } from './preflight-apis.ts';
import { startRestServer } from './rest-server.ts';

export interface RecordedAws extends AsyncDisposable {
  readonly account: RecordedAccount;
  /** What points the AWS SDKs and the CDK's command line here and nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
}

/** An AWS account on loopback that answers what `cdk deploy`, `cdk destroy` and the pre-flight checks ask, and records it. */
export async function startRecordedAws(options: AccountOptions = {}): Promise<RecordedAws> {
  const account = recordedAccount(options);
  const defects: Error[] = [];
  await using stack = new AsyncDisposableStack();
  const rest = stack.use(await startRestServer(account));
  const endpoint = stack.use(
    await startAwsEndpoint({
      host: '127.0.0.1',
      port: 0,
      apis: [cloudFormationApi(account), ...smallApis(account), ...preflightApis(account)],
      onError: (error, operation) => defects.push(new Error(`${operation} failed`, { cause: error })),
    }),
  );
  const opened = stack.move();
  return {
    account,
    environment: {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_ENDPOINT_URL_S3: rest.url,
      AWS_ENDPOINT_URL_EC2: rest.url,
      AWS_ENDPOINT_URL_ROUTE_53: rest.url,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: account.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      if (defects.length > 0) throw new AggregateError(defects, 'The recorded account has a defect.');
    },
  };
}
