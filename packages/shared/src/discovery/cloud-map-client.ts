import type {
  DiscoverInstancesCommand,
  DiscoverInstancesRevisionCommand,
  ServiceDiscoveryClient,
  ServiceDiscoveryClientConfig,
} from '@aws-sdk/client-servicediscovery';
import { KitError, wordsOf } from '../errors.ts';

/** An instance as `DiscoverInstances` gives it. */
export interface Instance {
  readonly id: string;
  readonly health: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Discovered {
  readonly instances: readonly Instance[];
  readonly revision: number;
}

/** The two calls of the Cloud Map API that discovery needs. Both throw {@link KitError} DISCOVERY_API_FAILED. */
export interface CloudMapClient extends AsyncDisposable {
  discover(namespace: string, service: string): Promise<Discovered>;
  revision(namespace: string, service: string): Promise<number>;
}

const CONNECTION_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 2000;

/**
 * Builds a client on the AWS SDK. Region, credentials and endpoint come from the environment, as for any SDK client; the SDK is
 * loaded by the first call, since a service that never uses it should start without it. `settings` are for what an environment
 * cannot say, such as `disableHostPrefix`.
 */
export function buildCloudMapClient(settings: ServiceDiscoveryClientConfig = {}): CloudMapClient {
  let loaded: Promise<Sdk> | undefined;
  const sdk = async (): Promise<Sdk> => await (loaded ??= loadSdk(settings));
  return {
    async discover(namespace, service) {
      return await named(namespace, service, async () => {
        const { client, DiscoverInstancesCommand } = await sdk();
        const output = await client.send(
          new DiscoverInstancesCommand({
            NamespaceName: namespace,
            ServiceName: service,
            HealthStatus: 'HEALTHY_OR_ELSE_ALL',
          }),
        );
        const instances = (output.Instances ?? []).map(
          ({ InstanceId = '', HealthStatus = 'UNKNOWN', Attributes = {} }) => ({
            id: InstanceId,
            health: HealthStatus,
            attributes: Attributes,
          }),
        );
        return { instances, revision: output.InstancesRevision ?? 0 };
      });
    },
    async revision(namespace, service) {
      return await named(namespace, service, async () => {
        const { client, DiscoverInstancesRevisionCommand } = await sdk();
        const command = new DiscoverInstancesRevisionCommand({ NamespaceName: namespace, ServiceName: service });
        return (await client.send(command)).InstancesRevision ?? 0;
      });
    },
    async [Symbol.asyncDispose]() {
      (await loaded)?.client.destroy();
    },
  };
}

interface Sdk {
  readonly client: ServiceDiscoveryClient;
  readonly DiscoverInstancesCommand: typeof DiscoverInstancesCommand;
  readonly DiscoverInstancesRevisionCommand: typeof DiscoverInstancesRevisionCommand;
}

async function loadSdk(settings: ServiceDiscoveryClientConfig): Promise<Sdk> {
  const sdk = await import('@aws-sdk/client-servicediscovery');
  const client = new sdk.ServiceDiscoveryClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    ...settings,
  });
  return { ...sdk, client };
}

async function named<T>(namespace: string, service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    const words = wordsOf(error);
    const reason = words === '' || words === name ? name : `${name}: ${words}`;
    const message = `Cloud Map could not be asked for ${service} in ${namespace}: ${reason}`;
    throw new KitError('DISCOVERY_API_FAILED', message.replace(/\.?$/, '.'), { cause: error });
  }
}
