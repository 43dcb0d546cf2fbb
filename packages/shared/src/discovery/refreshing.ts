/** A loaded value and how long it may be used. */
interface Loaded<T> {
  readonly value: T;
  readonly ttlMs: number;
}

export interface RefreshingOptions<T> {
  readonly load: (previous: T | undefined) => Promise<Loaded<T>>;
  /** How long past its time a value is still used while loading fails (as RFC 8767 does for DNS). */
  readonly staleMaxMs: number;
  /** Whether a failure is an answer ("there is no such thing") that ends the use of a stale value. */
  readonly isDefinitive: (error: unknown) => boolean;
  readonly now?: () => number;
}

const REFRESH_AT = 0.75;
const RETRY_AFTER_MS = 1000;

/** A value that is loaded again in the background shortly before it expires, by whoever reads it then; one load at a time. */
export class Refreshing<T> {
  readonly #options: RefreshingOptions<T>;
  readonly #now: () => number;
  #value: T | undefined;
  #refreshAtMs = 0;
  #expiresAtMs = 0;
  #loading: Promise<T> | undefined;

  constructor(options: RefreshingOptions<T>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The value when it is fresh. Costs a clock reading. */
  current(): T | undefined {
    const now = this.#now();
    if (now < this.#refreshAtMs) return this.#value;
    if (now >= this.#expiresAtMs) return undefined;
    this.refresh();
    return this.#value;
  }

  /** The value when it is fresh, else the one that is loaded now; a stale one when loading fails. */
  async get(): Promise<T> {
    return this.current() ?? (await this.#load());
  }

  /** Loads in the background; a failure keeps what is known until it expires. */
  refresh(): void {
    this.#load().catch(() => {});
  }

  async #load(): Promise<T> {
    return await (this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = undefined;
    }));
  }

  async #loadNow(): Promise<T> {
    try {
      const { value, ttlMs } = await this.#options.load(this.#value);
      const now = this.#now();
      this.#value = value;
      this.#refreshAtMs = now + ttlMs * REFRESH_AT;
      this.#expiresAtMs = now + ttlMs;
      return value;
    } catch (error) {
      const now = this.#now();
      const staleUntilMs = this.#expiresAtMs + this.#options.staleMaxMs;
      if (this.#options.isDefinitive(error)) this.#forget();
      else if (this.#value !== undefined && now < staleUntilMs) {
        this.#refreshAtMs = Math.min(now + RETRY_AFTER_MS, staleUntilMs);
        return this.#value;
      }
      throw error;
    }
  }

  #forget(): void {
    this.#value = undefined;
    this.#refreshAtMs = 0;
    this.#expiresAtMs = 0;
  }
}
