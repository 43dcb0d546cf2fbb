import { Dispatcher, poolClass } from '../http/undici.ts';
import type { Controller, Handler, Pool } from '../http/undici.ts';
import type { Finder, Finding, Target } from './finding.ts';
import { Try } from './try.ts';
import type { DiscoveryDispatchOptions } from './try.ts';

export interface DiscoveryDispatcherOptions {
  readonly finder: Finder;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** To one target. */
  readonly connectionsMax?: number;
  readonly random?: () => number;
}

const SUSPECT_MS = 5000;

/**
 * An undici dispatcher whose origin is a service: every request goes to the next of the targets that a finder knows, over a pool
 * per target. The algorithm: take what is known (synchronously when it is fresh); rotate over the preferred targets, leaving out
 * those that refused a connection in the last seconds; when a connection fails before anything was sent, or is lost before a response
 * to an idempotent request, go on with the next target, three in all, and tell the finder that its knowledge is in doubt.
 */
export class DiscoveryDispatcher extends Dispatcher {
  readonly #options: DiscoveryDispatcherOptions;
  readonly #finder: Finder;
  readonly #pools = new Map<string, Pool>();
  readonly #suspects = new Map<string, number>();
  #next: number;
  #finding: Finding | undefined;

  constructor(options: DiscoveryDispatcherOptions) {
    super();
    this.#options = options;
    this.#finder = options.finder;
    this.#next = Math.floor((options.random ?? Math.random)() * 1024);
  }

  override dispatch(options: DiscoveryDispatchOptions, handler: Handler): boolean {
    const finding = this.#finder.current();
    if (finding !== undefined) return this.#send(finding, new Try(this, options, handler));
    this.#finder.find().then(
      (found) => this.#send(found, new Try(this, options, handler)),
      (error: unknown) => handler.onResponseError?.(NO_CONTROLLER, error as Error),
    );
    return true;
  }

  /** Sends a try to its next target, by what is known now. For {@link Try} only. */
  again(finding: Finding, attempt: Try): boolean {
    return this.#send(this.#finder.current() ?? finding, attempt);
  }

  #send(finding: Finding, attempt: Try): boolean {
    if (finding !== this.#finding) this.#adopt(finding);
    const target = this.#pick(finding, attempt.tried);
    attempt.begin(finding, target);
    return this.#poolOf(target).dispatch({ ...attempt.options, origin: target.origin }, attempt);
  }

  /** Takes note of a failed target. For {@link Try} only. */
  suspect(target: Target): void {
    this.#suspects.set(target.address, performance.now() + SUSPECT_MS);
    this.#finder.doubt();
  }

  override async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map(async (pool) => await pool.close()));
  }

  override async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(async (pool) => await pool.destroy()));
  }

  #pick(finding: Finding, tried: ReadonlySet<string> | undefined): Target {
    const { targets, preferred } = finding;
    const next = this.#next;
    this.#next = (next + 1) % 0x40_00_00_00;
    const choice = targets[next % preferred] as Target;
    if (tried === undefined && this.#suspects.size === 0) return choice;
    const usable = (target: Target): boolean => tried?.has(target.address) !== true && !this.#isSuspect(target);
    const nearby = targets.slice(0, preferred);
    const rotated = [
      ...nearby.slice(next % preferred),
      ...nearby.slice(0, next % preferred),
      ...targets.slice(preferred),
    ];
    return rotated.find(usable) ?? rotated.find((target) => tried?.has(target.address) !== true) ?? choice;
  }

  #isSuspect({ address }: Target): boolean {
    const untilMs = this.#suspects.get(address);
    if (untilMs === undefined) return false;
    if (performance.now() < untilMs) return true;
    this.#suspects.delete(address);
    return false;
  }

  /** Closes the pools of targets that are no longer known, once their requests are answered. */
  #adopt(finding: Finding): void {
    this.#finding = finding;
    const known = new Set(finding.targets.map((target) => target.address));
    for (const [address, pool] of this.#pools) {
      if (known.has(address)) continue;
      this.#pools.delete(address);
      this.#suspects.delete(address);
      pool.close().catch(() => {});
    }
  }

  #poolOf(target: Target): Pool {
    let pool = this.#pools.get(target.address);
    if (pool === undefined) {
      const { connectTimeoutMs, responseTimeoutMs, connectionsMax = 64 } = this.#options;
      pool = new (poolClass())(target.origin, {
        connections: connectionsMax,
        connectTimeout: connectTimeoutMs,
        headersTimeout: responseTimeoutMs,
        bodyTimeout: responseTimeoutMs,
      });
      this.#pools.set(target.address, pool);
    }
    return pool;
  }
}

/** What undici's own interceptors pass when a request failed before there was a connection. */
const NO_CONTROLLER = null as unknown as Controller;
