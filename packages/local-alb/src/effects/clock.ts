import { randomFillSync } from 'node:crypto';

const ID_BYTES = 12;
const POOL_IDS = 512;

/**
 * Time and identifiers for the data plane, made cheap: what a request needs to the second is worked out when the sweep
 * comes by, not per request.
 */
export class Clock {
  /** Milliseconds on the monotonic clock, as of the last sweep. Good enough for idle timeouts. */
  coarseMs = 0;
  readonly #pool = Buffer.allocUnsafe(ID_BYTES * POOL_IDS);
  #taken = POOL_IDS;
  #second = 0;
  #date = '';
  #tracePrefix = '';
  #laterMs = 0;
  #laterDate = '';

  constructor() {
    this.refresh();
  }

  /** Brings the coarse time and the date up to now. */
  refresh(): void {
    this.coarseMs = performance.now();
    const second = Math.floor(Date.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#laterMs = 0;
    this.#date = new Date(second * 1000).toUTCString();
    this.#tracePrefix = `1-${second.toString(16).padStart(8, '0')}-`;
  }

  /** Milliseconds on the monotonic clock. */
  nowMs(): number {
    return performance.now();
  }

  /** Milliseconds since 1970 of a reading of the monotonic clock. */
  epochMs(nowMs: number): number {
    return performance.timeOrigin + nowMs;
  }

  /** The time as HTTP writes it; or a later time. */
  httpDate(laterMs = 0): string {
    if (laterMs === 0) return this.#date;
    if (laterMs !== this.#laterMs) {
      this.#laterMs = laterMs;
      this.#laterDate = new Date(this.#second * 1000 + laterMs).toUTCString();
    }
    return this.#laterDate;
  }

  /** A new `1-<8 hex>-<24 hex>`. */
  traceId(): string {
    return this.#tracePrefix + this.randomHex();
  }

  /** 24 hexadecimal digits. */
  randomHex(): string {
    if (this.#taken === POOL_IDS) {
      randomFillSync(this.#pool);
      this.#taken = 0;
    }
    const at = this.#taken++ * ID_BYTES;
    return this.#pool.toString('hex', at, at + ID_BYTES);
  }
}
