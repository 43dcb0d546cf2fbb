import type * as ClassicElb from '@aws-sdk/client-elastic-load-balancing';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as CloudMap from '@aws-sdk/client-servicediscovery';

/** The real SDK clients against the lab's AWS endpoint (or any other). */
export interface AwsClients {
  readonly elb: Elb.ElasticLoadBalancingV2Client;
  readonly cloudMap: CloudMap.ServiceDiscoveryClient;
  readonly Elb: typeof Elb;
  readonly CloudMap: typeof CloudMap;
  close(): void;
}

/** For Classic Load Balancers, which only some blueprints have. */
export interface ClassicClient {
  readonly elb: ClassicElb.ElasticLoadBalancingClient;
  readonly Elb: typeof ClassicElb;
}

/** Loads and makes the clients. Loading takes some 80–160 ms of this thread. */
async function loadAwsClients(endpoint: string, region: string): Promise<AwsClients> {
  const [Elb, CloudMap] = await Promise.all([
    import('@aws-sdk/client-elastic-load-balancing-v2'),
    import('@aws-sdk/client-servicediscovery'),
  ]);
  const options = clientOptions(endpoint, region);
  const elb = new Elb.ElasticLoadBalancingV2Client(options);
  const cloudMap = new CloudMap.ServiceDiscoveryClient(options);
  return {
    elb,
    cloudMap,
    Elb,
    CloudMap,
    close() {
      elb.destroy();
      cloudMap.destroy();
    },
  };
}

async function loadClassicClient(endpoint: string, region: string): Promise<ClassicClient> {
  const Elb = await import('@aws-sdk/client-elastic-load-balancing');
  return { Elb, elb: new Elb.ElasticLoadBalancingClient(clientOptions(endpoint, region)) };
}

function clientOptions(endpoint: string, region: string) {
  return {
    endpoint,
    region,
    credentials: { accessKeyId: 'local-ecs', secretAccessKey: 'local-ecs' },
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}

export interface LazyAwsClients extends AsyncDisposable {
  /** Loads them when first asked. */
  readonly clients: () => Promise<AwsClients>;
  readonly classic: () => Promise<ClassicClient>;
}

export function lazyAwsClients(endpoint: () => string, region: string): LazyAwsClients {
  let loading: Promise<AwsClients> | undefined;
  let loadingClassic: Promise<ClassicClient> | undefined;
  return {
    clients: async () => await (loading ??= loadAwsClients(endpoint(), region)),
    classic: async () => await (loadingClassic ??= loadClassicClient(endpoint(), region)),
    async [Symbol.asyncDispose]() {
      // What could not be loaded has nothing to close, and has told those who needed it.
      const [loaded, classic] = await Promise.allSettled([loading, loadingClassic]);
      if (loaded.status === 'fulfilled') loaded.value?.close();
      if (classic.status === 'fulfilled') classic.value?.elb.destroy();
    },
  };
}
