import { CR, hexValue, LF, SPACE, TAB } from './characters.ts';

/** How the end of a message's body is found. `length` is in bytes; `close`: when the sender closes. */
export type Framing = { readonly kind: 'length'; readonly length: number } | { readonly kind: 'chunked' | 'close' };

const CHUNK_LINE_BYTES_MAX = 4096;
const TRAILER_BYTES_MAX = 16_384;

/** Where a chunked body stands. */
const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const LINE_START = 6;
const TRAILER = 7;
const LAST_LF = 8;

/**
 * Follows a body through arbitrary pieces and says where it ends. It keeps no byte: the caller passes the pieces on as
 * they are. A chunked body is validated; `malformed` is set by the first byte that breaks it.
 */
export class BodyScanner {
  done = false;
  malformed = false;
  /** Bytes of content so far, without the chunks' framing. */
  contentBytes = 0;
  readonly #kind: Framing['kind'];
  #remaining: number;
  #state = SIZE;
  #digits = 0;
  #lineBytes = 0;

  constructor(framing: Framing) {
    this.#kind = framing.kind;
    this.#remaining = framing.kind === 'length' ? framing.length : 0;
    this.done = framing.kind === 'length' && framing.length === 0;
  }

  /** Whether only the sender's close ends the body. */
  get isUntilClose(): boolean {
    return this.#kind === 'close';
  }

  /** Bytes of a body of known length that are still to come; 0 for the other kinds. */
  get remaining(): number {
    return this.#kind === 'length' ? this.#remaining : 0;
  }

  /**
   * Scans `bytes` from `start` to before `end` and answers where the body stops: `end`, or less when the body is done
   * (the rest belongs to the next message) or malformed. `onContent` is told the pieces that are content.
   */
  scan(bytes: Uint8Array, start: number, end: number, onContent?: (start: number, end: number) => void): number {
    if (this.done || this.malformed) return start;
    if (this.#kind === 'chunked') return this.#scanChunked(bytes, start, end, onContent);
    const length = this.#kind === 'close' ? end - start : Math.min(this.#remaining, end - start);
    this.contentBytes += length;
    if (length > 0) onContent?.(start, start + length);
    if (this.#kind === 'length') {
      this.#remaining -= length;
      this.done = this.#remaining === 0;
    }
    return start + length;
  }

  #scanChunked(
    bytes: Uint8Array,
    start: number,
    end: number,
    onContent?: (start: number, end: number) => void,
  ): number {
    let at = start;
    while (at < end && !this.done && !this.malformed) {
      if (this.#state === DATA) {
        const length = Math.min(this.#remaining, end - at);
        onContent?.(at, at + length);
        at += length;
        this.contentBytes += length;
        this.#remaining -= length;
        if (this.#remaining === 0) this.#state = DATA_CR;
      } else {
        this.#step(bytes[at] as number);
        at++;
      }
    }
    return at;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case SIZE:
        this.#stepSize(byte);
        break;
      case EXTENSION:
        if (byte === CR) this.#state = SIZE_LF;
        else if (byte === LF || byte === 0 || ++this.#lineBytes > CHUNK_LINE_BYTES_MAX) this.malformed = true;
        break;
      case SIZE_LF:
        this.#expect(byte, LF, this.#remaining === 0 ? LINE_START : DATA);
        this.#digits = 0;
        this.#lineBytes = 0;
        break;
      case DATA_CR:
        this.#expect(byte, CR, DATA_LF);
        break;
      case DATA_LF:
        this.#expect(byte, LF, SIZE);
        break;
      case LINE_START:
        this.#state = byte === CR ? LAST_LF : TRAILER;
        if (byte === LF) this.malformed = true;
        break;
      case TRAILER:
        if (byte === LF) this.#state = LINE_START;
        else if (byte === 0 || ++this.#lineBytes > TRAILER_BYTES_MAX) this.malformed = true;
        break;
      default:
        this.#expect(byte, LF, SIZE);
        this.done = !this.malformed;
    }
  }

  #stepSize(byte: number): void {
    const digit = hexValue(byte);
    if (digit >= 0) {
      this.#remaining = this.#remaining * 16 + digit;
      if (++this.#digits > 12) this.malformed = true;
      return;
    }
    if (this.#digits === 0) this.malformed = true;
    else if (byte === CR) this.#state = SIZE_LF;
    else if (byte === 59 || byte === SPACE || byte === TAB) this.#state = EXTENSION;
    else this.malformed = true;
  }

  #expect(byte: number, expected: number, next: number): void {
    if (byte === expected) this.#state = next;
    else this.malformed = true;
  }
}
