import type { Pool } from 'undici';

import {
  isEjected,
  mayEjectAnother,
  newOutlierState,
  observe,
  type Outcome,
  type OutlierState,
} from '../core/outlier.ts';
import { pickHost } from '../core/round-robin.ts';
import { timeoutsOf, type Timeouts } from '../core/timeouts.ts';
import { hostKeyOf, type HostAddress, type ServiceConnectEndpoint } from '../endpoint.ts';
import type { OnServiceConnectEvent } from '../events.ts';
import type { EndpointStatistics, HostStatistics } from '../statistics.ts';
import type { EndpointWatch } from './endpoint-watcher.ts';
import type { ProxyContext } from './context.ts';
import { poolClass } from './pool.ts';

/** One task behind an endpoint, as this proxy sees it. */
export class UpstreamHost {
  readonly key: string;
  readonly address: HostAddress;
  outlier: OutlierState = newOutlierState;
  requests = 0;
  failures = 0;
  retries = 0;
  ejections = 0;
  active = 0;
  #pool: Pool | undefined;

  constructor(address: HostAddress) {
    this.address = address;
    this.key = hostKeyOf(address);
  }

  pool(context: ProxyContext, idleMs: number): Pool {
    this.#pool ??= new (poolClass())(`http://${this.key}`, {
      connections: context.policy.connectionsPerHostMax,
      connect: { timeout: context.policy.connectTimeoutMs },
      localAddress: context.localAddress,
      pipelining: 1,
      allowH2: false,
      // The proxy's own clock watches requests: it knows retries and both directions.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerBytesMax,
      keepAliveTimeout: idleMs === 0 ? keepAliveMsMax : Math.min(idleMs, keepAliveMsMax),
      keepAliveMaxTimeout: keepAliveMsMax,
    });
    return this.#pool;
  }

  /** Lets requests under way finish. */
  retire(): void {
    this.#pool?.close().catch(() => {});
  }

  async destroy(): Promise<void> {
    await this.#pool?.destroy();
  }
}

/** Envoy's limit on all headers of a message together. */
export const headerBytesMax = 61_440;
const keepAliveMsMax = 3_600_000;

/** One endpoint of one task's proxy: its hosts, whose turn it is, and who is ejected. */
export class Upstream implements AsyncDisposable {
  readonly endpoint: ServiceConnectEndpoint;
  readonly timeouts: Timeouts;
  requests = 0;
  failures = 0;
  retries = 0;
  ejections = 0;
  active = 0;
  readonly #context: ProxyContext;
  readonly #watch: EndpointWatch;
  readonly #unsubscribe: () => void;
  readonly #onEvent: OnServiceConnectEvent | undefined;
  readonly #returns = new Set<NodeJS.Timeout>();
  #hosts: UpstreamHost[] = [];
  #cursor: number;

  constructor(endpoint: ServiceConnectEndpoint, context: ProxyContext) {
    this.endpoint = endpoint;
    this.timeouts = timeoutsOf(endpoint, context.policy);
    this.#context = context;
    this.#onEvent = context.onEvent;
    this.#cursor = Math.floor(context.random() * 1_000);
    this.#watch = context.watcher.watch(endpoint.namespace, endpoint.discoveryName);
    if (this.#watch.hosts !== undefined) this.#follow(this.#watch.hosts);
    this.#unsubscribe = this.#watch.subscribe((hosts) => this.#follow(hosts));
  }

  /** Whether more is under way than the policy allows. */
  get isOverflowing(): boolean {
    return this.active > this.#context.policy.requestsPerEndpointMax;
  }

  /** Whether a host can be picked without asking Cloud Map first. */
  get hasHosts(): boolean {
    return this.#hosts.length > 0;
  }

  /** Asks Cloud Map when no host is known, and waits for the answer: shortly, when Cloud Map has never given one. */
  async findHosts(): Promise<void> {
    await this.#watch.refresh();
    if (this.#watch.hosts === undefined) await this.#watch.firstList(this.#context.policy.firstListTimeoutMs);
  }

  /** The next host in turn; undefined when there is none. */
  pick(avoid: readonly UpstreamHost[]): UpstreamHost | undefined {
    const { policy } = this.#context;
    const index = pickHost(this.#hosts, this.#cursor, avoid, this.#context.nowMs(), policy.panicThresholdPercent);
    if (index === -1) return undefined;
    this.#cursor = index + 1;
    return this.#hosts[index];
  }

  /** Tells outlier detection how a request or connection to `host` ended. */
  report(host: UpstreamHost, outcome: Outcome): void {
    if (outcome === 'failure') {
      host.failures++;
      this.failures++;
    } else if (host.outlier.failuresMs.length === 0) return;
    const nowMs = this.#context.nowMs();
    const { outlier } = this.#context.policy;
    const wasEjected = isEjected(host.outlier, nowMs);
    const ejected = this.#hosts.filter((other) => isEjected(other.outlier, nowMs)).length;
    const mayEject = this.#hosts.includes(host) && mayEjectAnother(ejected, this.#hosts.length, outlier);
    host.outlier = observe(host.outlier, outcome, nowMs, mayEject, outlier);
    if (!wasEjected && isEjected(host.outlier, nowMs)) this.#announceEjection(host, nowMs);
  }

  /** A host could not be reached: what Cloud Map says may be newer than what is known. */
  suspectList(): void {
    this.#watch.suspect();
  }

  statistics(): EndpointStatistics {
    const { requests, failures, retries, ejections, active } = this;
    const { dnsName: endpoint } = this.endpoint;
    const nowMs = this.#context.nowMs();
    const hosts = this.#hosts.map((host) => hostStatistics(host, nowMs));
    return { endpoint, requests, failures, retries, ejections, active, hosts };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    for (const timer of this.#returns) clearTimeout(timer);
    await Promise.all(this.#hosts.map((host) => host.destroy()));
  }

  #announceEjection(host: UpstreamHost, nowMs: number): void {
    host.ejections++;
    this.ejections++;
    const endpoint = this.endpoint.dnsName;
    const forMs = Math.round((host.outlier.ejectedUntilMs ?? nowMs) - nowMs);
    this.#onEvent?.({ kind: 'host-ejected', endpoint, host: host.key, forMs });
    const timer = setTimeout(() => {
      this.#returns.delete(timer);
      if (this.#hosts.includes(host)) this.#onEvent?.({ kind: 'host-returned', endpoint, host: host.key });
    }, forMs).unref();
    this.#returns.add(timer);
  }

  #follow(addresses: readonly HostAddress[]): void {
    const known = new Map(this.#hosts.map((host) => [host.key, host]));
    const added: string[] = [];
    this.#hosts = addresses.map((address) => {
      const key = hostKeyOf(address);
      const host = known.get(key);
      known.delete(key);
      if (host === undefined) added.push(key);
      return host ?? new UpstreamHost(address);
    });
    for (const host of known.values()) host.retire();
    if (added.length === 0 && known.size === 0) return;
    const endpoint = this.endpoint.dnsName;
    this.#onEvent?.({ kind: 'hosts-changed', endpoint, added, removed: [...known.keys()] });
  }
}

function hostStatistics(host: UpstreamHost, nowMs: number): HostStatistics {
  const { key, requests, failures, retries, ejections, active, outlier } = host;
  return { host: key, requests, failures, retries, ejections, active, isEjected: isEjected(outlier, nowMs) };
}
