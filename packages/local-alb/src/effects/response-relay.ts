import type { Duplex } from 'node:stream';
import type { BodyScanner } from '../wire/body-scanner.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import type { Clock } from './clock.ts';

const SMALL_BYTES_MAX = 8192;

/** How the body goes out: as it comes, cut into chunks (its end was a close), or taken out of them (HTTP/1.0 clients). */
type Coding = 'as-is' | 'chunk' | 'unchunk';

/** Writes a target's response to the client as it arrives. The bytes it is given are copied: they are valid for a call. */
export class ResponseRelay {
  /** Whether the connections can carry another request after this response. */
  readonly clientStays: boolean;
  readonly targetStays: boolean;
  /** Where the response ended in the last piece. */
  consumed = 0;
  readonly #body: BodyScanner;
  readonly #coding: Coding;
  readonly #headText: string;

  /** `extraLines`: header lines that the load balancer adds. */
  constructor(
    head: ResponseHead,
    body: BodyScanner,
    request: RequestHead,
    stays: boolean,
    clock: Clock,
    extraLines: string,
  ) {
    this.#body = body;
    const toOldClient = request.version < 11;
    const closes = body.isUntilClose;
    this.#coding = 'as-is';
    if (head.chunked && toOldClient) this.#coding = 'unchunk';
    else if (closes && !toOldClient) this.#coding = 'chunk';
    const unknownEnd = !body.done && toOldClient && (head.chunked || closes);
    this.clientStays = stays && !unknownEnd;
    this.targetStays = head.keepAlive && !closes;
    this.#headText = request.version === 9 ? '' : this.#printHead(head, clock, extraLines);
  }

  get done(): boolean {
    return this.#body.done;
  }

  get malformed(): boolean {
    return this.#body.malformed;
  }

  /** The body ends where the target closes. */
  get endsWithConnection(): boolean {
    return this.#body.isUntilClose;
  }

  writeHead(socket: Duplex): number {
    socket.write(this.#headText, 'latin1');
    return this.#headText.length;
  }

  /** The head and the first piece of the body in one write where it is small. Answers the bytes written. */
  writeHeadAndBody(socket: Duplex, bytes: Buffer, at: number): number {
    const length = bytes.length - at;
    if (length === 0) {
      this.consumed = at;
      return this.writeHead(socket);
    }
    if (this.#coding === 'as-is' && length <= SMALL_BYTES_MAX) {
      const end = this.#body.scan(bytes, at, bytes.length);
      this.consumed = end;
      socket.write(this.#headText + bytes.toString('latin1', at, end), 'latin1');
      return this.#headText.length + end - at;
    }
    socket.cork();
    const sent = this.writeHead(socket) + this.writeBody(socket, bytes, at);
    socket.uncork();
    return sent;
  }

  writeBody(socket: Duplex, bytes: Buffer, at: number): number {
    if (this.#coding === 'as-is') {
      const end = this.#body.scan(bytes, at, bytes.length);
      this.consumed = end;
      if (end > at) socket.write(Buffer.from(bytes.subarray(at, end)));
      return end - at;
    }
    let sent = 0;
    this.consumed = this.#body.scan(bytes, at, bytes.length, (from, to) => {
      const frame = this.#coding === 'chunk' ? `${(to - from).toString(16)}\r\n` : '';
      if (frame !== '') socket.write(frame, 'latin1');
      socket.write(Buffer.from(bytes.subarray(from, to)));
      if (frame !== '') socket.write('\r\n', 'latin1');
      sent += to - from + (frame === '' ? 0 : frame.length + 2);
    });
    return sent;
  }

  /** The target's close was the end of the body. */
  writeEnd(socket: Duplex): number {
    if (this.#coding !== 'chunk') return 0;
    socket.write('0\r\n\r\n', 'latin1');
    return 5;
  }

  #printHead(head: ResponseHead, clock: Clock, extraLines: string): string {
    const date = head.hasDate ? '' : `Date: ${clock.httpDate()}\r\n`;
    const coding =
      this.#coding === 'chunk' || (head.chunked && this.#coding === 'as-is') ? 'Transfer-Encoding: chunked\r\n' : '';
    let connection = this.clientStays ? 'keep-alive' : 'close';
    if (head.statusCode === 101) connection = `upgrade\r\nUpgrade: ${head.upgrade ?? ''}`;
    return `HTTP/1.1 ${head.statusCode} ${head.reason}\r\n${date}${head.passedOn}${extraLines}${coding}Connection: ${connection}\r\n\r\n`;
  }
}
