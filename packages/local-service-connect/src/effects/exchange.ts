import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';

import { backoffMs, isRetried, type Failure } from '../core/retry.ts';
import { judge } from '../core/timeouts.ts';
import { requestHeadOf, rewriteResponseHeaders, type RequestHead } from '../wire/headers.ts';
import {
  failureReply,
  idleTimeout,
  localReplyHeaders,
  noHealthyUpstream,
  overflow,
  reasonOf,
  requestTimeout,
  type LocalReply,
} from '../wire/replies.ts';
import { Attempt, type AttemptOwner, type TransportFailure } from './attempt.ts';
import type { ProxyContext } from './context.ts';
import { ReplayBody } from './replay-body.ts';
import { openRecord } from './request-log.ts';
import type { Upstream, UpstreamHost } from './upstream.ts';

/** After the answer, how long a client may go on sending a body that nobody waits for. */
const lingerMs = 1_000;

/** One request from its first byte to its access log line: attempts, time limits, retries, streaming both ways. */
export class Exchange implements AttemptOwner {
  readonly #context: ProxyContext;
  readonly #upstream: Upstream;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #path: string;
  readonly #head: RequestHead;
  readonly #body: ReplayBody | undefined;
  readonly #closeRecord: ReturnType<typeof openRecord>;
  readonly #tried: UpstreamHost[] = [];
  #attempt: Attempt | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastByteMs: number;
  #requestEndMs: number | undefined;
  #serviceTimeMs: number | undefined;
  #bytesSent = 0;
  #isOver = false;

  constructor(
    context: ProxyContext,
    upstream: Upstream,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ) {
    this.#context = context;
    this.#upstream = upstream;
    this.#request = request;
    this.#response = response;
    this.#path = path;
    this.#head = requestHeadOf(request.rawHeaders, randomUUID, upstream.timeouts.requestMs);
    this.#closeRecord = openRecord(context, upstream, this.#head);
    this.#lastByteMs = context.nowMs();
    upstream.requests++;
    upstream.active++;
    if (this.#head.hasBody) {
      this.#body = new ReplayBody(request, context.policy.retries.replayBytesMax, () => this.#onRequestBytes());
    } else {
      this.#requestEndMs = this.#lastByteMs;
    }
    response.once('close', () => this.#onClose());
    response.on('drain', () => this.#attempt?.resume());
  }

  async start(): Promise<void> {
    if (this.#upstream.isOverflowing) {
      this.#reply(overflow);
      return;
    }
    this.#watchClock();
    if (!this.#upstream.hasHosts) await this.#upstream.findHosts();
    this.#tryNext();
  }

  onHeaders(attempt: Attempt, statusCode: number, headers: IncomingHttpHeaders, statusMessage: string): void {
    this.#touch();
    this.#upstream.report(attempt.host, statusCode >= 500 ? 'failure' : 'success');
    if (this.#mayRetry({ kind: 'status', statusCode })) {
      attempt.abandon();
      this.#retryLater();
      return;
    }
    this.#serviceTimeMs = Math.round(this.#context.nowMs() - attempt.startedMs);
    rewriteResponseHeaders(headers, this.#serviceTimeMs);
    try {
      this.#response.writeHead(statusCode, statusMessage, headers);
      process.nextTick(() => this.#flushHead());
    } catch {
      // A header that node refuses to write: Envoy calls such a response a protocol error too.
      attempt.abandon();
      this.#fail(attempt, { kind: 'protocol-error' });
    }
  }

  onData(attempt: Attempt, chunk: Buffer): void {
    this.#touch();
    this.#bytesSent += chunk.length;
    if (!this.#response.write(chunk)) attempt.pause();
  }

  onEnd(): void {
    this.#touch();
    this.#response.end();
  }

  onFailure(attempt: Attempt, failure: TransportFailure): void {
    this.#fail(attempt, failure);
  }

  #fail(attempt: Attempt, failure: TransportFailure): void {
    if (this.#isOver) return;
    this.#upstream.report(attempt.host, 'failure');
    if (failure.kind === 'connect-failure' || failure.kind === 'reset') this.#upstream.suspectList();
    if (this.#response.headersSent) {
      this.#response.destroy();
      return;
    }
    if (this.#mayRetry(failure)) this.#retryLater();
    else this.#reply(failureReply(failure, this.#tried.length));
  }

  #mayRetry(failure: Failure): boolean {
    const request = { method: this.#request.method ?? 'GET', isReplayable: this.#body?.isReplayable ?? true };
    return isRetried(failure, this.#tried.length, request, this.#context.policy.retries);
  }

  #retryLater(): void {
    this.#upstream.retries++;
    const pauseMs = backoffMs(this.#tried.length, this.#context.random(), this.#context.policy.retries);
    setTimeout(() => this.#tryNext(), pauseMs);
  }

  #tryNext(): void {
    if (this.#isOver || this.#response.headersSent) return;
    const host = this.#upstream.pick(this.#tried);
    if (host === undefined) {
      this.#reply(noHealthyUpstream);
      return;
    }
    if (this.#tried.length > 0) host.retries++;
    this.#tried.push(host);
    const attempt = new Attempt(this, host, this.#context.nowMs());
    this.#attempt = attempt;
    const pool = host.pool(this.#context, this.#upstream.timeouts.idleMs);
    const options: Dispatcher.DispatchOptions = {
      path: this.#path,
      method: this.#request.method ?? 'GET',
      headers: this.#head.headers,
      body: this.#body?.open() ?? null,
    };
    try {
      pool.dispatch(options, attempt);
    } catch (error) {
      attempt.onResponseError(undefined as never, error as Error);
    }
  }

  #watchClock(): void {
    const { timeouts } = this.#upstream;
    const progress = {
      lastByteMs: this.#lastByteMs,
      ...(this.#requestEndMs === undefined ? {} : { requestEndMs: this.#requestEndMs }),
    };
    const verdict = judge(progress, timeouts, this.#context.nowMs());
    if (verdict.kind === 'unlimited') return;
    if (verdict.kind === 'wait') {
      this.#timer = setTimeout(() => this.#watchClock(), Math.ceil(verdict.ms));
      return;
    }
    this.#timeOut(verdict.kind === 'request-timeout' ? requestTimeout : idleTimeout(this.#requestEndMs !== undefined));
  }

  #timeOut(reply: LocalReply): void {
    const attempt = this.#attempt;
    // A client that falls silent amid its request is no failure of the host's.
    if (attempt?.isOpen === true && this.#requestEndMs !== undefined) this.#upstream.report(attempt.host, 'failure');
    attempt?.abandon();
    if (this.#response.headersSent) this.#response.destroy();
    else this.#reply(reply);
  }

  #reply(reply: LocalReply): void {
    if (this.#isOver || this.#response.headersSent) return;
    this.#bytesSent = reply.body.length;
    this.#response.writeHead(reply.statusCode, reasonOf(reply), localReplyHeaders(reply));
    this.#response.end(reply.body);
  }

  /** Node keeps the head back for the body's first bytes, which may be long in coming. */
  #flushHead(): void {
    if (this.#bytesSent === 0 && !this.#response.writableEnded) this.#response.flushHeaders();
  }

  #touch(): void {
    this.#lastByteMs = this.#context.nowMs();
  }

  #onRequestBytes(): void {
    this.#touch();
    if (this.#body?.isEnded === true) this.#requestEndMs = this.#lastByteMs;
  }

  #onClose(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#attempt?.abandon();
    this.#upstream.active--;
    if (this.#body?.isEnded === false) this.#body.discard();
    if (!this.#request.complete) this.#lingerOver();
    this.#closeRecord(this.#tried, {
      method: this.#request.method ?? '',
      path: this.#path,
      protocol: `HTTP/${this.#request.httpVersion}`,
      responseCode: this.#response.headersSent ? this.#response.statusCode : 0,
      bytesReceived: this.#body?.bytes ?? 0,
      bytesSent: this.#bytesSent,
      upstreamServiceTimeMs: this.#serviceTimeMs,
    });
  }

  #lingerOver(): void {
    const { socket } = this.#request;
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
    this.#request.once('end', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
  }
}
