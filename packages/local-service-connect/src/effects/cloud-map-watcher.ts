import { isIPv4 } from 'node:net';

import type * as Sdk from '@aws-sdk/client-servicediscovery';

import { hostKeyOf, type HostAddress } from '../endpoint.ts';
import type { CloudMapAddress, EndpointWatch, EndpointWatcher } from './endpoint-watcher.ts';

export interface WatcherOptions {
  readonly cloudMap: CloudMapAddress;
  readonly pollIntervalMs: number;
}

/** Each n-th poll reads the list whatever its revision: a health change does not raise the revision. */
const listEveryPolls = 10;
/** Failing requests do not ask more often than this, however many they are. */
const suspectEveryMs = 100;

/** Nothing is asked, and the SDK is not loaded, before a watch is first refreshed. */
export function createCloudMapWatcher(options: WatcherOptions): EndpointWatcher {
  const client = lazyClient(options.cloudMap);
  const watches = new Map<string, CloudMapWatch>();
  return {
    watch(namespace, discoveryName) {
      const key = `${discoveryName}.${namespace}`;
      let watch = watches.get(key);
      if (watch === undefined) {
        watch = new CloudMapWatch(client, { NamespaceName: namespace, ServiceName: discoveryName }, options);
        watches.set(key, watch);
      }
      return watch;
    },
    async refreshAll() {
      await Promise.all([...watches.values()].map(async (watch) => await watch.refresh()));
    },
    async [Symbol.asyncDispose]() {
      for (const watch of watches.values()) watch.stop();
      watches.clear();
      await client.stop();
    },
  };
}

class CloudMapWatch implements EndpointWatch {
  hosts: readonly HostAddress[] | undefined;
  readonly #client: LazyClient;
  readonly #service: { NamespaceName: string; ServiceName: string };
  readonly #pollIntervalMs: number;
  readonly #subscribers = new Set<(hosts: readonly HostAddress[]) => void>();
  #revision: number | undefined;
  #polls = 0;
  #refreshing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #isSuspected = false;

  constructor(client: LazyClient, service: { NamespaceName: string; ServiceName: string }, options: WatcherOptions) {
    this.#client = client;
    this.#service = service;
    this.#pollIntervalMs = options.pollIntervalMs;
  }

  async refresh(): Promise<void> {
    if (this.#isStopped) return;
    this.#refreshing ??= this.#list()
      .catch(() => {})
      .finally(() => {
        this.#refreshing = undefined;
        if (this.#timer === undefined) this.#schedule();
      });
    await this.#refreshing;
  }

  async firstList(timeoutMs: number): Promise<void> {
    if (this.hosts !== undefined || this.#isStopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const unsubscribe = this.subscribe(() => resolve());
    const timer = setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    unsubscribe();
  }

  suspect(): void {
    if (this.#isSuspected || this.#isStopped) return;
    this.#isSuspected = true;
    void this.refresh();
    setTimeout(() => (this.#isSuspected = false), suspectEveryMs).unref();
  }

  subscribe(onChange: (hosts: readonly HostAddress[]) => void): () => void {
    this.#subscribers.add(onChange);
    return () => this.#subscribers.delete(onChange);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#subscribers.clear();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#pollIntervalMs).unref();
  }

  async #poll(): Promise<void> {
    try {
      this.#polls++;
      if (this.hosts === undefined || this.#polls % listEveryPolls === 0 || (await this.#hasNewRevision())) {
        await this.refresh();
      }
    } catch {
      // The API is away: the last known list stays, as a proxy keeps its endpoints while the control plane is away.
    }
    this.#schedule();
  }

  async #hasNewRevision(): Promise<boolean> {
    const { client, sdk } = await this.#client.get();
    try {
      const output = await client.send(new sdk.DiscoverInstancesRevisionCommand(this.#service));
      return output.InstancesRevision !== this.#revision;
    } catch (error) {
      if (isNotFound(error)) return this.hosts?.length !== 0;
      throw error;
    }
  }

  async #list(): Promise<void> {
    const { client, sdk } = await this.#client.get();
    try {
      const output = await client.send(new sdk.DiscoverInstancesCommand({ ...this.#service, MaxResults: 1000 }));
      this.#revision = output.InstancesRevision;
      this.#publish((output.Instances ?? []).flatMap((instance) => hostOf(instance.Attributes ?? {})));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#revision = undefined;
      this.#publish([]);
    }
  }

  #publish(found: HostAddress[]): void {
    const hosts = [...new Map(found.map((host) => [hostKeyOf(host), host])).values()].sort((a, b) =>
      hostKeyOf(a).localeCompare(hostKeyOf(b), 'en', { numeric: true }),
    );
    const isSame = this.hosts !== undefined && this.hosts.map(hostKeyOf).join() === hosts.map(hostKeyOf).join();
    if (isSame || this.#isStopped) return;
    this.hosts = hosts;
    for (const subscriber of this.#subscribers) subscriber(hosts);
  }
}

/** Attributes as ECS registers them for Service Connect; an instance without a usable address is left out. */
function hostOf(attributes: Readonly<Record<string, string>>): HostAddress[] {
  const address = attributes['AWS_INSTANCE_IPV4'] ?? '';
  const port = Number(attributes['AWS_INSTANCE_PORT']);
  return isIPv4(address) && Number.isInteger(port) && port > 0 && port < 65_536 ? [{ address, port }] : [];
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ServiceNotFound' || error.name === 'NamespaceNotFound');
}

interface LazyClient {
  get(): Promise<Loaded>;
  stop(): Promise<void>;
}

/** The client, and the SDK's module that its commands come from. */
interface Loaded {
  readonly client: Sdk.ServiceDiscoveryClient;
  readonly sdk: typeof Sdk;
}

function lazyClient(cloudMap: CloudMapAddress): LazyClient {
  let loaded: Promise<Loaded> | undefined;
  return {
    async get() {
      loaded ??= import('@aws-sdk/client-servicediscovery').then((sdk) => ({
        sdk,
        client: new sdk.ServiceDiscoveryClient({
          endpoint: cloudMap.endpointUrl,
          region: cloudMap.region,
          disableHostPrefix: true,
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
          // Nothing of the machine's AWS configuration applies to a stand-in.
          useFipsEndpoint: false,
          useDualstackEndpoint: false,
          retryMode: 'standard',
          maxAttempts: 1,
          requestHandler: { connectionTimeout: 500, requestTimeout: 2_000 },
        }),
      }));
      return await loaded;
    },
    async stop() {
      (await loaded)?.client.destroy();
    },
  };
}
