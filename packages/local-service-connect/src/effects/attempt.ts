import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

import type { Failure } from '../core/retry.ts';
import type { UpstreamHost } from './upstream.ts';

/** Who is told how an attempt goes; nothing more is told once an attempt is abandoned. */
export interface AttemptOwner {
  onHeaders(attempt: Attempt, statusCode: number, headers: IncomingHttpHeaders, statusMessage: string): void;
  onData(attempt: Attempt, chunk: Buffer): void;
  onEnd(attempt: Attempt): void;
  onFailure(attempt: Attempt, failure: TransportFailure): void;
}

export type TransportFailure = Exclude<Failure, { kind: 'status' }>;

/** One attempt at one host: undici's handler for it. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly host: UpstreamHost;
  readonly startedMs: number;
  hasHeaders = false;
  readonly #owner: AttemptOwner;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;

  constructor(owner: AttemptOwner, host: UpstreamHost, startedMs: number) {
    this.#owner = owner;
    this.host = host;
    this.startedMs = startedMs;
    host.requests++;
    host.active++;
  }

  /** Whether it is still under way. */
  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** Ends the attempt and its connection; the owner hears nothing more of it. */
  abandon(): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.abort(new Error('abandoned'));
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error('abandoned'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (this.#isOver || statusCode < 200) return;
    this.hasHeaders = true;
    this.#owner.onHeaders(this, statusCode, headers, statusMessage ?? '');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver) this.#owner.onData(this, chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#end();
    this.#owner.onEnd(this);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#owner.onFailure(this, transportFailureOf(error));
  }

  #end(): void {
    this.#isOver = true;
    this.host.active--;
  }
}

const protocolErrors = new Set([
  'HTTPParserError',
  'HeadersOverflowError',
  'ResponseContentLengthMismatchError',
  'InvalidArgumentError',
]);

const connectReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  EADDRNOTAVAIL: 'Cannot assign requested address',
};

const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';

/** The error of a connection that was not taken in time, as undici's pools give it. */
export function connectTimeoutError(): Error {
  return Object.assign(new Error('connection timed out'), { code: CONNECT_TIMEOUT });
}

/** What an error of a connection means in the proxy's terms. */
export function transportFailureOf(error: NodeJS.ErrnoException): TransportFailure {
  if (error.code === CONNECT_TIMEOUT) return { kind: 'connect-timeout' };
  if (error.syscall === 'connect' || error.syscall === 'bind') {
    return { kind: 'connect-failure', reason: connectReasons[error.code ?? ''] ?? error.code ?? error.message };
  }
  return { kind: protocolErrors.has(error.name) || error.code?.startsWith('HPE_') ? 'protocol-error' : 'reset' };
}
