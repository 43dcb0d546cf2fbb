import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from '../core/target.ts';
import { BodyScanner } from '../wire/body-scanner.ts';
import { parseResponseHead, type ResponseHead } from '../wire/response-head.ts';
import { readIntoSharedBuffer } from './shared-read-buffer.ts';

/** Where a connection rests between two exchanges, and what it is opened by. */
export interface UpstreamPool {
  readonly target: Target;
  readonly tls: boolean;
  readonly localAddress: string | undefined;
  release(connection: UpstreamConnection, nowMs: number): void;
  forget(connection: UpstreamConnection): void;
}

/** An exchange, as the connection that carries it sees it. Bytes are valid until the call returns. */
export interface UpstreamExchange {
  readonly method: string;
  onConnected(): void;
  onUpstreamDrain(): void;
  onUpstreamActivity(): void;
  onResponseHead(head: ResponseHead, body: BodyScanner, bytes: Buffer, at: number): void;
  onResponseBytes(body: BodyScanner, bytes: Buffer, at: number): void;
  onTunnelBytes(bytes: Buffer): void;
  /** The target has sent all it will. */
  onUpstreamEnd(): void;
  /** The connection to the target is gone, or never came to be. */
  onUpstreamGone(reason: string, wasConnected: boolean): void;
  onUpstreamFault(reason: string): void;
}

/** One connection to a target. It carries one exchange at a time and rests in its pool between two. */
export class UpstreamConnection {
  readonly socket: Socket;
  readonly pool: UpstreamPool;
  exchange: UpstreamExchange | undefined = undefined;
  connected = false;
  idleSinceMs = 0;
  #head: Buffer | undefined = undefined;
  #body: BodyScanner | undefined = undefined;
  #tunnel = false;

  constructor(pool: UpstreamPool) {
    this.pool = pool;
    const socket = open(pool, (bytes) => this.#onData(bytes));
    this.socket = socket;
    socket.on(pool.tls ? 'secureConnect' : 'connect', () => {
      this.connected = true;
      this.exchange?.onConnected();
    });
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.exchange?.onUpstreamDrain());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onGone(error.code ?? error.message));
    socket.on('close', () => this.#onGone('closed'));
  }

  /** Takes bytes through without reading them: after 101. */
  becomeTunnel(): void {
    this.#tunnel = true;
    this.#body = undefined;
  }

  destroy(): void {
    this.exchange = undefined;
    this.pool.forget(this);
    this.socket.destroy();
  }

  #onData(chunk: Buffer): void {
    const { exchange } = this;
    if (exchange === undefined) {
      this.destroy();
      return;
    }
    if (this.#tunnel) exchange.onTunnelBytes(chunk);
    else if (this.#body !== undefined) this.#onBody(exchange, this.#body, chunk, 0);
    else this.#onHead(exchange, chunk);
  }

  #onHead(exchange: UpstreamExchange, chunk: Buffer): void {
    let bytes = this.#head === undefined ? chunk : Buffer.concat([this.#head, chunk]);
    this.#head = undefined;
    for (;;) {
      const head = parseResponseHead(bytes, 0, bytes.length);
      if (head === undefined) {
        this.#head = Buffer.from(bytes);
        exchange.onUpstreamActivity();
        return;
      }
      if (head.fault !== undefined) {
        exchange.onUpstreamFault(`the target's response is malformed: ${head.fault}`);
        return;
      }
      const at = head.byteLength;
      if (head.statusCode >= 200 || head.statusCode === 101) {
        const body = new BodyScanner(head.framing(exchange.method));
        if (head.statusCode !== 101) this.#body = body;
        exchange.onResponseHead(head, body, bytes, at);
        return;
      }
      // The load balancer has answered `Expect` itself; other interim responses are not for the client either.
      if (at === bytes.length) return;
      bytes = bytes.subarray(at);
    }
  }

  #onBody(exchange: UpstreamExchange, body: BodyScanner, chunk: Buffer, at: number): void {
    exchange.onResponseBytes(body, chunk, at);
  }

  #onEnd(): void {
    if (this.exchange === undefined) this.destroy();
    else this.exchange.onUpstreamEnd();
  }

  #onGone(reason: string): void {
    const { exchange } = this;
    this.exchange = undefined;
    this.pool.forget(this);
    exchange?.onUpstreamGone(reason, this.connected);
  }

  /** Ready for the next exchange. */
  reset(): void {
    this.exchange = undefined;
    this.#body = undefined;
    this.#head = undefined;
  }
}

/** Opens a connection. What `onData` is given is valid until it returns. */
function open({ target, tls, localAddress }: UpstreamPool, onData: (bytes: Buffer) => void): Socket {
  const options = {
    host: target.id,
    port: target.port,
    noDelay: true,
    ...(localAddress === undefined ? {} : { localAddress }),
  };
  if (tls) return connectTls({ ...options, rejectUnauthorized: false }).on('data', onData);
  return connect({ ...options, onread: readIntoSharedBuffer(onData) });
}
