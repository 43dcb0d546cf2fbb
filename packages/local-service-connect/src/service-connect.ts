import { servicePolicy, type Policy } from './core/policy.ts';
import { createCloudMapWatcher } from './effects/cloud-map-watcher.ts';
import type { CloudMapAddress, EndpointWatcher } from './effects/endpoint-watcher.ts';
import type { ProxyContext } from './effects/context.ts';
import { poolClass } from './effects/pool.ts';
import { openListener, type Listener } from './effects/listener.ts';
import { Upstream } from './effects/upstream.ts';
import type { ServiceConnectEndpoint } from './endpoint.ts';
import type { OnServiceConnectEvent } from './events.ts';
import type { EndpointStatistics } from './statistics.ts';
import { defaultAccessLog, type AccessLogConfiguration } from './wire/access-log.ts';

export interface ServiceConnectOptions {
  readonly cloudMap: CloudMapAddress;
  /** How often the revision of each endpoint in use is asked for. Default 500. */
  readonly pollIntervalMs?: number;
}

export interface ProxyOptions {
  /** The aliases that the task knows: fixed for the proxy's life, as a deployment fixes them. Port 0 takes a free port. */
  readonly endpoints: readonly ServiceConnectEndpoint[];
  /** The task's own address; connections to other tasks leave from it. */
  readonly localAddress: string;
  readonly onEvent?: OnServiceConnectEvent;
  /** Default: TEXT, without query parameters. */
  readonly accessLog?: AccessLogConfiguration;
  /** Default: {@link servicePolicy}. */
  readonly policy?: Policy;
  /** What requests under way are given when the proxy closes. Default 1000. */
  readonly closeGraceMs?: number;
  /** Monotonic, in milliseconds. Default: `performance.now`. */
  readonly nowMs?: () => number;
  /** In [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
}

/** The client-side proxy of one task. */
export interface ServiceConnectProxy extends AsyncDisposable {
  /** What `/etc/hosts` says in the task: the alias's name → its address. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Where each alias listens. */
  readonly listeners: readonly { readonly dnsName: string; readonly address: string; readonly port: number }[];
  statistics(): readonly EndpointStatistics[];
}

/** Service Connect for any number of tasks: their proxies share one view of Cloud Map. */
export interface ServiceConnect extends AsyncDisposable {
  /** @throws ServiceConnectError when an alias's address cannot be listened on */
  startProxy(options: ProxyOptions): Promise<ServiceConnectProxy>;
  /** Does ahead what each endpoint's first request would wait for: loads the clients, reads the lists. Never rejects. */
  warm(): Promise<void>;
}

/** Opens nothing yet: Cloud Map is first asked when a request needs a task. Disposing of it closes its proxies. */
export async function startServiceConnect(options: ServiceConnectOptions): Promise<ServiceConnect> {
  await using stack = new AsyncDisposableStack();
  const { cloudMap, pollIntervalMs = 500 } = options;
  const watcher = stack.use(createCloudMapWatcher({ cloudMap, pollIntervalMs }));
  const proxies = new Set<ServiceConnectProxy>();
  stack.defer(async () => {
    await Promise.all([...proxies].map(async (proxy) => await proxy[Symbol.asyncDispose]()));
  });
  const resources = stack.move();
  return {
    async startProxy(proxyOptions) {
      const proxy = await startProxy(watcher, proxyOptions);
      const registered: ServiceConnectProxy = {
        ...proxy,
        async [Symbol.asyncDispose]() {
          proxies.delete(registered);
          await proxy[Symbol.asyncDispose]();
        },
      };
      proxies.add(registered);
      return registered;
    },
    async warm() {
      poolClass();
      await watcher.refreshAll();
    },
    [Symbol.asyncDispose]: async () => await resources.disposeAsync(),
  };
}

/** One proxy with a view of Cloud Map of its own; for several, {@link startServiceConnect} asks less. */
export async function startServiceConnectProxy(
  options: ServiceConnectOptions & ProxyOptions,
): Promise<ServiceConnectProxy> {
  const serviceConnect = await startServiceConnect(options);
  const proxy = await serviceConnect.startProxy(options);
  return { ...proxy, [Symbol.asyncDispose]: async () => await serviceConnect[Symbol.asyncDispose]() };
}

async function startProxy(watcher: EndpointWatcher, options: ProxyOptions): Promise<ServiceConnectProxy> {
  const context: ProxyContext = {
    watcher,
    policy: options.policy ?? servicePolicy,
    localAddress: options.localAddress,
    accessLog: options.accessLog ?? defaultAccessLog,
    onEvent: options.onEvent,
    nowMs: options.nowMs ?? (() => performance.now()),
    random: options.random ?? Math.random,
  };
  await using stack = new AsyncDisposableStack();
  const upstreams = options.endpoints.map((endpoint) => stack.use(new Upstream(endpoint, context)));
  const opened: { listener: Listener; upstreams: readonly Upstream[] }[] = [];
  stack.defer(async () => {
    await Promise.all(opened.map(async ({ listener }) => await listener.close(options.closeGraceMs ?? 1_000)));
  });
  for (const group of groupsOf(upstreams)) {
    const { listenAddress, port } = group[0].endpoint;
    opened.push({ listener: await openListener(context, group, listenAddress, port), upstreams: group });
  }
  const resources = stack.move();
  return {
    hosts: Object.fromEntries(options.endpoints.map(({ dnsName, listenAddress }) => [dnsName, listenAddress])),
    listeners: opened.flatMap(({ listener, upstreams }) =>
      upstreams.map(({ endpoint }) => ({
        dnsName: endpoint.dnsName,
        address: endpoint.listenAddress,
        port: listener.port,
      })),
    ),
    statistics: () => upstreams.map((upstream) => upstream.statistics()),
    [Symbol.asyncDispose]: async () => await resources.disposeAsync(),
  };
}

/** Endpoints that share an address and port share a listener; port 0 is never shared. */
function groupsOf(upstreams: readonly Upstream[]): [Upstream, ...Upstream[]][] {
  const groups = new Map<string | Upstream, [Upstream, ...Upstream[]]>();
  for (const upstream of upstreams) {
    const { listenAddress, port } = upstream.endpoint;
    const key = port === 0 ? upstream : `${listenAddress}:${port}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [upstream]);
    else group.push(upstream);
  }
  return [...groups.values()];
}
