import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 32;
const SEALED_BYTES = 96;
const TEXT_BYTES_MAX = SEALED_BYTES - MAC_BYTES - 7;
const REMEMBERED_MAX = 4096;

/**
 * Makes the opaque values of stickiness cookies: 128 base64 characters that hold a text and when it lapses, signed with a
 * key of this load balancer's own. A `purpose` keeps values of one cookie or group from being taken for another's.
 */
export class CookieSeal {
  readonly #key = randomBytes(32);
  readonly #sealed = new Map<string, { readonly lapsesAtSecond: number; readonly value: string }>();
  readonly #opened = new Map<string, { readonly lapsesAtSecond: number; readonly text: string }>();

  /** Seals a text of at most 57 bytes. Values are the same within a second, so that a busy target costs one signature. */
  seal(purpose: string, text: string, lapsesAtMs: number): string {
    const lapsesAtSecond = Math.ceil(lapsesAtMs / 1000);
    const name = `${purpose} ${text}`;
    const known = this.#sealed.get(name);
    if (known?.lapsesAtSecond === lapsesAtSecond) return known.value;
    const bytes = Buffer.alloc(SEALED_BYTES);
    bytes.writeUIntBE(lapsesAtSecond, MAC_BYTES, 6);
    bytes[MAC_BYTES + 6] = Math.min(Buffer.byteLength(text), TEXT_BYTES_MAX);
    bytes.write(text, MAC_BYTES + 7, TEXT_BYTES_MAX, 'utf8');
    this.#mac(purpose, bytes).copy(bytes);
    const value = bytes.toString('base64');
    remember(this.#sealed, name, { lapsesAtSecond, value });
    return value;
  }

  /** The text, or `undefined` when the value is not one of ours for this purpose or has lapsed. */
  open(purpose: string, value: string, nowMs: number): string | undefined {
    const name = `${purpose} ${value}`;
    let known = this.#opened.get(name);
    if (known === undefined) {
      const bytes = Buffer.from(value, 'base64');
      if (bytes.length !== SEALED_BYTES || bytes.toString('base64') !== value) return undefined;
      if (!timingSafeEqual(this.#mac(purpose, bytes), bytes.subarray(0, MAC_BYTES))) return undefined;
      const length = bytes[MAC_BYTES + 6] ?? 0;
      known = {
        lapsesAtSecond: bytes.readUIntBE(MAC_BYTES, 6),
        text: bytes.toString('utf8', MAC_BYTES + 7, MAC_BYTES + 7 + length),
      };
      remember(this.#opened, name, known);
    }
    return known.lapsesAtSecond * 1000 > nowMs ? known.text : undefined;
  }

  #mac(purpose: string, bytes: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(purpose).update('\0').update(bytes.subarray(MAC_BYTES)).digest();
  }
}

function remember<T>(cache: Map<string, T>, name: string, value: T): void {
  if (cache.size >= REMEMBERED_MAX) cache.clear();
  cache.set(name, value);
}
