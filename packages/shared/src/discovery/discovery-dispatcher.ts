import { codeOf, wordsOf } from '../errors.ts';
import { Dispatcher, Pool } from '../http/undici.ts';
import type { Controller, DispatchOptions, Handler, ResponseHeaders } from '../http/undici.ts';
import type { Account, Finder, Finding, Target } from './finding.ts';

/** What became of one request to one target. */
export interface Attempt {
  readonly address: string;
  readonly outcome: string;
  readonly ms: number;
}

/** Give one along as `record` in the dispatch options to learn how the target was found and what was tried. */
export interface CallRecord {
  account?: Account;
  readonly attempts: Attempt[];
}

export interface DiscoveryDispatchOptions extends DispatchOptions {
  readonly record?: CallRecord;
}

export interface DiscoveryDispatcherOptions {
  readonly finder: Finder;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** To one target. */
  readonly connectionsMax?: number;
  readonly random?: () => number;
}

const ATTEMPTS_MAX = 3;
const SUSPECT_MS = 5000;
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

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
      pool = new Pool(target.origin, {
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

/** One request on its way over up to {@link ATTEMPTS_MAX} targets; hands everything else through. */
class Try implements Handler {
  readonly options: DiscoveryDispatchOptions;
  tried: Set<string> | undefined;
  readonly #dispatcher: DiscoveryDispatcher;
  readonly #handler: Handler;
  #finding: Finding | undefined;
  #target: Target | undefined;
  #attempts = 0;
  #startedMs = 0;
  #responded = false;

  constructor(dispatcher: DiscoveryDispatcher, options: DiscoveryDispatchOptions, handler: Handler) {
    this.#dispatcher = dispatcher;
    this.options = options;
    this.#handler = handler;
  }

  begin(finding: Finding, target: Target): void {
    this.#finding = finding;
    this.#target = target;
    this.#attempts += 1;
    const { record } = this.options;
    if (record === undefined) return;
    this.#startedMs = performance.now();
    record.account = finding.account;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: Controller, status: number, headers: ResponseHeaders, message?: string): void {
    this.#responded = true;
    if (this.options.record !== undefined) this.#note(`answered ${status}`);
    this.#handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: ResponseHeaders): void {
    this.#handler.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    if (!this.#responded) this.#note(wordsOf(error));
    const finding = this.#finding;
    const target = this.#target;
    if (this.#responded || finding === undefined || target === undefined || !this.#mayTryAgain(error, finding)) {
      this.#handler.onResponseError?.(controller, error);
      return;
    }
    (this.tried ??= new Set()).add(target.address);
    this.#dispatcher.again(finding, this);
  }

  #mayTryAgain(error: Error, { targets }: Finding): boolean {
    const code = codeOf(error);
    const refused = NOTHING_SENT.has(code);
    if (refused && this.#target !== undefined) this.#dispatcher.suspect(this.#target);
    if (this.#attempts >= ATTEMPTS_MAX) return false;
    if (refused) return isReplayable(this.options) && targets.length > (this.tried?.size ?? 0) + 1;
    return CONNECTION_LOST.has(code) && isIdempotent(this.options) && isReplayable(this.options);
  }

  #note(outcome: string): void {
    const ms = Math.round((performance.now() - this.#startedMs) * 1000) / 1000;
    this.options.record?.attempts.push({ address: this.#target?.address ?? '', outcome, ms });
  }
}

function isIdempotent({ method }: DispatchOptions): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isReplayable({ body }: DispatchOptions): boolean {
  return body === undefined || body === null || typeof body === 'string' || Buffer.isBuffer(body);
}
