/** A registry with one DNS and one HTTP namespace, behind an AWS endpoint, with a real SDK client. */
import type { DiscoveryService, Namespace } from '@switchyard/blueprint';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startLocalCloudMap, type CloudMapEvent, type LocalCloudMapOptions } from '../src/index.ts';

const arn = (resource: string) => `arn:aws:servicediscovery:us-east-1:000000000000:${resource}`;

export const dnsNamespace: Namespace = {
  name: 'switchyard.internal',
  id: 'ns-aaaaaaaaaaaaaaaa',
  arn: arn('namespace/ns-aaaaaaaaaaaaaaaa'),
  type: 'DNS_PRIVATE',
  vpc: 'vpc-0000000000000000a',
  hostedZoneId: 'Z00000000000000000000',
};

export const httpNamespace: Namespace = {
  name: 'mesh',
  id: 'ns-bbbbbbbbbbbbbbbb',
  arn: arn('namespace/ns-bbbbbbbbbbbbbbbb'),
  type: 'HTTP',
};

const aRecord = { type: 'A', ttlSeconds: 10 } as const;
const srvRecord = { type: 'SRV', ttlSeconds: 10 } as const;

function discoveryService(serviceName: string, more: Partial<DiscoveryService>): DiscoveryService {
  const id = `srv-${serviceName.padEnd(16, '0')}`;
  return {
    name: `${serviceName}.switchyard.internal`,
    serviceName,
    id,
    arn: arn(`service/${id}`),
    namespace: 'switchyard.internal',
    type: 'DNS_HTTP',
    dns: { routingPolicy: 'MULTIVALUE', records: [aRecord] },
    customHealthCheck: true,
    ...more,
  };
}

export const api = discoveryService('api', {});
export const worker = discoveryService('worker', { dns: { routingPolicy: 'MULTIVALUE', records: [srvRecord] } });
export const weighted = discoveryService('weighted', { dns: { routingPolicy: 'WEIGHTED', records: [aRecord] } });
export const unchecked = discoveryService('unchecked', { customHealthCheck: false });

export interface TestLab extends AsyncDisposable {
  readonly client: ServiceDiscoveryClient;
  readonly endpointUrl: string;
  readonly dns: { readonly host: string; readonly port: number };
  readonly events: readonly CloudMapEvent[];
}

/** Health changes show at once unless told otherwise. */
export async function startTestLab(options: Partial<LocalCloudMapOptions> = {}): Promise<TestLab> {
  await using opened = new AsyncDisposableStack();
  const events: CloudMapEvent[] = [];
  const cloudMap = opened.use(
    await startLocalCloudMap({
      namespaces: [dnsNamespace, httpNamespace],
      discoveryServices: [api, worker, weighted, unchecked],
      region: 'us-east-1',
      accountId: '000000000000',
      dns: { host: '127.0.0.1', port: 0 },
      customHealthDelayMs: 0,
      onEvent: (event) => events.push(event),
      ...options,
    }),
  );
  const endpoint = opened.use(await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [cloudMap.api] }));
  const client = opened.adopt(clientOf(endpoint.url), (it) => it.destroy());
  const all = opened.move();
  const { dns } = cloudMap;
  return {
    client,
    endpointUrl: endpoint.url,
    dns,
    events,
    [Symbol.asyncDispose]: async () => await all.disposeAsync(),
  };
}

function clientOf(endpoint: string): ServiceDiscoveryClient {
  return new ServiceDiscoveryClient({
    endpoint,
    region: 'us-east-1',
    disableHostPrefix: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
  });
}

export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.10.0.${index + 1}`);
}
