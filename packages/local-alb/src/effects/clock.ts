import { randomFillSync } from 'node:crypto';

const ID_BYTES = 12;
const POOL_IDS = 512;

/** Time and identifiers for the data plane, made cheap: one sweep for every deadline, one date per second. */
export class Clock {
  /** Milliseconds on the monotonic clock, as of the last sweep. Good enough for idle timeouts. */
  coarseMs = performance.now();
  readonly #pool = Buffer.allocUnsafe(ID_BYTES * POOL_IDS);
  #taken = POOL_IDS;
  #second = 0;
  #date = '';
  #secondHex = '';
  #laterMs = 0;
  #laterDate = '';

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
    this.#tick();
    if (laterMs === 0) return this.#date;
    if (laterMs !== this.#laterMs) {
      this.#laterMs = laterMs;
      this.#laterDate = new Date(this.#second * 1000 + laterMs).toUTCString();
    }
    return this.#laterDate;
  }

  /** A new `1-<8 hex>-<24 hex>`. */
  traceId(): string {
    this.#tick();
    return `1-${this.#secondHex}-${this.randomHex()}`;
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

  #tick(): void {
    const second = Math.floor(Date.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#laterMs = 0;
    this.#date = new Date(second * 1000).toUTCString();
    this.#secondHex = second.toString(16).padStart(8, '0');
  }
}
