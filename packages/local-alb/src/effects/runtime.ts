import type { CompiledRules, Listener, LoadBalancer, Rule } from '@switchyard/blueprint';
import { type LoadBalancerSettings, loadBalancerSettingsOf } from '../core/attributes.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import type { Target } from '../core/target.ts';
import { compileTransforms, type Transform } from '../core/transform.ts';
import type { AlbEvent } from '../events.ts';
import type { ForwardedBy } from '../wire/forwarded-head.ts';
import type { ListenerResponseHeaders } from '../wire/response-headers.ts';
import type { Clock } from './clock.ts';
import { CookieSeal } from './cookie-seal.ts';
import { Stickiness } from './stickiness.ts';
import { TargetPool } from './target-pool.ts';

/** A listener as the data plane sees it. Its rules may be exchanged while it runs. */
export interface ListenerRuntime {
  blueprint: Listener;
  rules: CompiledRules;
  /** The port where it answers here. */
  readonly localPort: number;
  /** The same as a URL: `http://127.0.0.1:8080`. */
  readonly localUrl: string;
  readonly protocol: 'http' | 'https';
  forwardedBy: ForwardedBy;
  readonly responseHeaders: ListenerResponseHeaders;
}

/** What the parts of the data plane share. */
export class Runtime {
  loadBalancer: LoadBalancer;
  settings: LoadBalancerSettings;
  readonly targetGroups: ReadonlyMap<string, TargetGroupState>;
  readonly listeners: ListenerRuntime[] = [];
  readonly clock: Clock;
  readonly onEvent: ((event: AlbEvent) => void) | undefined;
  readonly localAddress: string | undefined;
  readonly connectTimeoutMs: number;
  readonly http2RequestsMax: number;
  readonly clients = new Set<{ readonly socket: { destroy(): void }; onSweep(nowMs: number): void }>();
  /** `app/<name>/<id>`, from the ARN. */
  readonly logName: string;
  /** HTTP/2 sessions of clients, and the sockets of HTTPS listeners. */
  readonly connections = new Set<{ close(): void; destroy(): void }>();
  closing = false;
  readonly stickiness: Stickiness;
  readonly #pools = new Map<Target, TargetPool>();
  readonly #transforms = new WeakMap<Rule, Transform>();

  constructor(options: {
    readonly loadBalancer: LoadBalancer;
    readonly targetGroups: ReadonlyMap<string, TargetGroupState>;
    readonly clock: Clock;
    readonly onEvent: ((event: AlbEvent) => void) | undefined;
    readonly localAddress: string | undefined;
    readonly connectTimeoutMs: number;
    readonly http2RequestsMax: number;
  }) {
    this.loadBalancer = options.loadBalancer;
    this.settings = loadBalancerSettingsOf(options.loadBalancer.attributes);
    this.targetGroups = options.targetGroups;
    this.clock = options.clock;
    this.stickiness = new Stickiness(new CookieSeal(), options.clock);
    this.onEvent = options.onEvent;
    this.localAddress = options.localAddress;
    this.connectTimeoutMs = options.connectTimeoutMs;
    this.http2RequestsMax = options.http2RequestsMax;
    this.logName = options.loadBalancer.arn.split(':loadbalancer/')[1] ?? `app/${options.loadBalancer.name}/0`;
  }

  /** Takes changed attributes; the next request sees them. */
  configure(attributes: LoadBalancer['attributes']): void {
    this.loadBalancer = { ...this.loadBalancer, attributes };
    this.settings = loadBalancerSettingsOf(attributes);
    for (const listener of this.listeners) listener.forwardedBy = { ...listener.forwardedBy, ...this.settings };
  }

  poolOf(target: Target, group: TargetGroupState): TargetPool {
    let pool = this.#pools.get(target);
    if (pool === undefined) {
      pool = new TargetPool(target, group.blueprint.protocol === 'HTTPS', this.localAddress);
      this.#pools.set(target, pool);
    }
    return pool;
  }

  /** A rule's transforms, compiled once. */
  transformOf(rule: Rule): Transform | undefined {
    let transform = this.#transforms.get(rule);
    if (transform === undefined) {
      transform = compileTransforms(rule);
      if (transform !== undefined) this.#transforms.set(rule, transform);
    }
    return transform;
  }

  /** Closes a target's resting connections: it gets no new request. */
  drain(target: Target): void {
    this.#pools.get(target)?.closeIdle();
  }

  /** Ends whatever a target is still doing. */
  cut(target: Target, reason: string): void {
    this.#pools.get(target)?.cut(reason);
    this.#pools.delete(target);
  }

  /** Looks at every deadline; called a few times per second. */
  sweep(): void {
    this.clock.refresh();
    const now = this.clock.coarseMs;
    for (const client of this.clients) client.onSweep(now);
    for (const pool of this.#pools.values()) pool.closeIdle(now - this.settings.idleTimeoutMs);
  }

  /** Serves what is in flight and takes nothing new. */
  close(): void {
    this.closing = true;
    for (const connection of this.connections) connection.close();
    this.sweep();
  }

  destroy(): void {
    for (const connection of this.connections) connection.destroy();
    for (const client of this.clients) client.socket.destroy();
    for (const target of this.#pools.keys()) this.cut(target, 'the load balancer is stopping');
  }
}
