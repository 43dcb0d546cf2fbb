import type { BodyScanner } from '../wire/body-scanner.ts';
import { ownAnswer } from '../wire/error-pages.ts';
import { parseRequestHead } from '../wire/parse-request-head.ts';
import { RequestHead } from '../wire/request-head.ts';
import type { Client, ClientExchange, ClientSocket, TlsFacts } from './client.ts';
import { dispatch } from './dispatch.ts';
import { writeOwnAnswer } from './own-answer.ts';
import { logOwnAnswer } from './request-log.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';

const CLOSING_GRACE_MS = 2000;
const HELD = 1;
const TARGET_FULL = 2;

/** One connection from a client: reads requests one after the other, however they are cut into pieces. */
export class ClientConnection implements Client {
  readonly socket: ClientSocket;
  readonly runtime: Runtime;
  readonly listener: ListenerRuntime;
  readonly address: string;
  readonly port: number;
  readonly traceId: string;
  readonly tls: TlsFacts | undefined;
  readonly bornAtMs: number;
  exchange: ClientExchange | undefined = undefined;
  /** A body that nobody reads any more and that has to pass before the next request. */
  discard: BodyScanner | undefined = undefined;
  lastActivityMs: number;
  #held: Buffer | undefined = undefined;
  #closingSinceMs = 0;
  #paused = 0;
  #consuming = false;
  #hasAsked = false;

  constructor(socket: ClientSocket, runtime: Runtime, listener: ListenerRuntime, tls?: TlsFacts) {
    this.tls = tls;
    this.socket = socket;
    this.runtime = runtime;
    this.listener = listener;
    const address = socket.remoteAddress ?? '';
    this.address = address.startsWith('::ffff:') ? address.slice(7) : address;
    this.port = socket.remotePort ?? 0;
    this.traceId = `TID_${runtime.clock.randomHex()}${runtime.clock.randomHex().slice(0, 8)}`;
    this.bornAtMs = runtime.clock.coarseMs;
    this.lastActivityMs = this.bornAtMs;
  }

  /** Begins to serve. Bytes come through `receive`, from whoever opened the socket. */
  start(): void {
    const { runtime, socket } = this;
    runtime.clients.add(this);
    socket.on('drain', () => this.exchange?.onClientDrain());
    socket.on('end', () => this.#onGone());
    socket.on('error', () => this.#onGone());
    socket.on('close', () => {
      runtime.clients.delete(this);
      this.#onGone();
    });
  }

  /** Takes what the client has sent. The bytes are valid until this returns. */
  receive(chunk: Buffer): void {
    if (this.#closingSinceMs > 0) return;
    this.lastActivityMs = this.runtime.clock.coarseMs;
    if (this.#held === undefined) {
      this.#consume(chunk, 0);
      return;
    }
    const bytes = Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    this.#consume(bytes, 0);
  }

  mayStay(head: RequestHead): boolean {
    const { runtime } = this;
    return (
      head.keepAlive && !runtime.closing && runtime.clock.coarseMs - this.bornAtMs < runtime.settings.clientKeepAliveMs
    );
  }

  release(stays: boolean, unread: BodyScanner | undefined): void {
    this.exchange = undefined;
    this.lastActivityMs = this.runtime.clock.coarseMs;
    if (!stays) {
      this.close();
      return;
    }
    if (unread !== undefined && !unread.done) this.discard = unread;
    this.resume(TARGET_FULL);
    this.readHeld();
  }

  readHeld(): void {
    if (this.#held === undefined || this.#consuming) return;
    const held = this.#held;
    this.#held = undefined;
    this.resume(HELD);
    this.#consume(held, 0);
  }

  close(): void {
    if (this.#closingSinceMs > 0) return;
    this.#closingSinceMs = this.runtime.clock.nowMs();
    this.#held = undefined;
    this.#paused = 0;
    this.socket.end();
    this.socket.resume();
  }

  pauseForTarget(): void {
    this.#pause(TARGET_FULL);
  }

  resumeForTarget(): void {
    this.resume(TARGET_FULL);
  }

  onSweep(nowMs: number): void {
    const { idleTimeoutMs } = this.runtime.settings;
    if (this.exchange !== undefined) {
      this.exchange.onSweep(nowMs);
    } else if (this.#closingSinceMs > 0) {
      if (nowMs - this.#closingSinceMs > CLOSING_GRACE_MS) this.socket.destroy();
    } else if (nowMs - this.lastActivityMs > idleTimeoutMs) {
      if (this.#held === undefined && this.#hasAsked) this.socket.destroy();
      else this.#refuse(new RequestHead(), 408, 'the client did not send the whole request in time');
    } else if (this.runtime.closing && this.#held === undefined) {
      this.close();
    }
  }

  #consume(bytes: Buffer, from: number): void {
    this.#consuming = true;
    let at = from;
    while (at < bytes.length && this.#closingSinceMs === 0) {
      const { exchange } = this;
      if (exchange !== undefined) {
        if (!exchange.takesBytes) {
          this.#held = Buffer.from(bytes.subarray(at));
          this.#pause(HELD);
          break;
        }
        at = exchange.onClientBytes(bytes, at);
      } else if (this.discard === undefined) {
        const head = parseRequestHead(bytes, at, bytes.length);
        if (head === undefined) {
          this.#held = Buffer.from(bytes.subarray(at));
          break;
        }
        at += head.byteLength;
        this.#hasAsked = true;
        if (head.rejection > 0) this.#refuse(head, head.rejection, 'the request is malformed');
        else dispatch(this, head);
      } else {
        at = this.discard.scan(bytes, at, bytes.length);
        if (this.discard.malformed) this.close();
        if (this.discard.done) this.discard = undefined;
      }
    }
    this.#consuming = false;
  }

  #refuse(head: RequestHead, status: number, reason: string): void {
    head.keepAlive = false;
    const answer = ownAnswer(status);
    logOwnAnswer(this, head, answer, writeOwnAnswer(this, head, answer), { reason });
    this.close();
  }

  #pause(why: number): void {
    if (this.#paused === 0) this.socket.pause();
    this.#paused |= why;
  }

  resume(why: number): void {
    if ((this.#paused & why) === 0) return;
    this.#paused &= ~why;
    if (this.#paused === 0) this.socket.resume();
  }

  #onGone(): void {
    const { exchange } = this;
    this.exchange = undefined;
    this.#held = undefined;
    if (exchange !== undefined) exchange.onClientGone();
    if (!this.socket.destroyed && exchange !== undefined) this.socket.destroy();
  }
}
