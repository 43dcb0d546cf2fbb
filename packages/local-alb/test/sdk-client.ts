import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import type { TestAlb } from './fixture.ts';

/** The real SDK's client, with an AWS endpoint before the load balancer's API. */
export async function startClient({
  alb,
}: TestAlb): Promise<{ client: ElasticLoadBalancingV2Client } & AsyncDisposable> {
  const endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [alb.api] });
  const client = new ElasticLoadBalancingV2Client({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}
