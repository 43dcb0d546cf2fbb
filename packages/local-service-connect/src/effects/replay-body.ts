import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A request's body that can be sent more than once: it streams to the attempt that is under way and keeps a copy of what was sent,
 * up to a limit. Beyond the limit the copy is dropped and the body streams on, once.
 */
export class ReplayBody {
  bytes = 0;
  readonly #source: IncomingMessage;
  readonly #bytesMax: number;
  #kept: Buffer[] = [];
  #isKept = true;
  #isEnded = false;
  #reader: Readable | undefined;
  /** How many of the kept chunks the reader has been given. */
  #given = 0;

  constructor(source: IncomingMessage, bytesMax: number, onBytes: () => void) {
    this.#source = source;
    this.#bytesMax = bytesMax;
    source.on('data', (chunk: Buffer) => {
      onBytes();
      this.#receive(chunk);
    });
    source.once('end', () => {
      this.#isEnded = true;
      onBytes();
      this.#give();
    });
    source.pause();
  }

  /** Whether {@link open} can begin at the body's first byte. */
  get isReplayable(): boolean {
    return this.#isKept;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The body from its first byte, for one attempt. The reader of an earlier attempt gets nothing more. */
  open(): Readable {
    this.#given = 0;
    const reader: Readable = new Readable({ read: () => this.#give() });
    // An attempt that fails destroys its reader with the error; the attempt's handler is told separately.
    reader.on('error', () => {});
    this.#reader = reader;
    return reader;
  }

  /** Reads and drops the rest, so that the connection can be closed in order. */
  discard(): void {
    this.#reader = undefined;
    this.#kept = [];
    this.#isKept = false;
    this.#source.removeAllListeners('data');
    this.#source.resume();
  }

  #receive(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#kept.push(chunk);
    this.#source.pause();
    if (this.bytes > this.#bytesMax) this.#isKept = false;
    this.#give();
  }

  #give(): void {
    const reader = this.#reader;
    if (reader === undefined || reader.destroyed) return;
    let wantsMore = true;
    while (wantsMore && this.#given < this.#kept.length) wantsMore = reader.push(this.#kept[this.#given++]);
    if (this.#given < this.#kept.length) return;
    if (!this.#isKept) {
      this.#kept = [];
      this.#given = 0;
    }
    if (this.#isEnded) reader.push(null);
    else if (wantsMore) this.#source.resume();
  }
}
