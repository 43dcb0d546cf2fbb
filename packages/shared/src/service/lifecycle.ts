/** Whether a service still wants new requests. One per process; the routes read it, the shutdown turns it. */
export class Lifecycle {
  #draining = false;
  #lastRequestAtMs: number;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastRequestAtMs = Number.NEGATIVE_INFINITY;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** From now on `/healthz` answers 503 and every response closes its connection. */
  drain(): void {
    this.#draining = true;
    this.#lastRequestAtMs = this.#now();
  }

  /** Takes note of a request that is not a health check. */
  noteRequest(): void {
    this.#lastRequestAtMs = this.#now();
  }

  /** Milliseconds since the last request, or since the drain began. */
  get quietMs(): number {
    return this.#now() - this.#lastRequestAtMs;
  }
}
