import { albDecisions } from '../core/decisions.ts';
import type { BodyScanner } from '../wire/body-scanner.ts';
import { ownAnswer } from '../wire/error-pages.ts';
import type { RequestHead } from '../wire/request-head.ts';
import { without } from '../wire/request-headers.ts';
import type { ResponseHead } from '../wire/response-head.ts';
import type { Client, ClientExchange } from './client.ts';
import { logRequest, type RequestNotes, RequestProgress } from './request-log.ts';
import { writeOwnAnswer } from './own-answer.ts';
import { ResponseRelay } from './response-relay.ts';
import type { Target } from '../core/target.ts';
import type { UpstreamConnection, UpstreamExchange } from './upstream-connection.ts';

const HTTP2_STATUS_MAX = 599;

/** One request on its way to a target, and the response on its way back. Nothing of a body is kept. */
export class Exchange implements ClientExchange, UpstreamExchange {
  readonly method: string;
  readonly #client: Client;
  readonly #head: RequestHead;
  readonly #notes: RequestNotes & { readonly target: Target };
  readonly #requestBody: BodyScanner;
  readonly #cookieLines: ((response: ResponseHead) => string) | undefined;
  readonly #chooseAgain: () => void;
  #upstream: UpstreamConnection | undefined = undefined;
  #relay: ResponseRelay | undefined = undefined;
  #over = false;
  readonly #progress: RequestProgress;
  #connectingSinceMs = 0;
  #refusedAtMs = 0;
  #lastActivityMs: number;

  constructor(
    client: Client,
    head: RequestHead,
    notes: RequestNotes & { readonly target: Target },
    requestBody: BodyScanner,
    cookieLines: ((response: ResponseHead) => string) | undefined,
    chooseAgain: () => void,
  ) {
    this.#cookieLines = cookieLines;
    this.#chooseAgain = chooseAgain;
    this.method = head.method;
    this.#client = client;
    this.#head = head;
    this.#notes = notes;
    this.#requestBody = requestBody;
    const now = client.runtime.clock.nowMs();
    this.#progress = new RequestProgress(now, head.byteLength);
    this.#lastActivityMs = now;
  }

  /** Whether the client's next bytes belong to this request. */
  get takesBytes(): boolean {
    return this.#progress.websocket || !this.#requestBody.done;
  }

  /** A body cannot be sent again: what has come of it is gone. */
  get #hasNoBody(): boolean {
    return this.#requestBody.done && this.#progress.receivedBytes === this.#head.byteLength;
  }

  begin(upstream: UpstreamConnection, headText: string): void {
    this.#upstream = upstream;
    upstream.exchange = this;
    this.#notes.target.outstanding++;
    this.#connectingSinceMs = this.#progress.createdMs;
    if (upstream.connected) this.#progress.dispatchedMs = this.#client.runtime.clock.nowMs();
    upstream.socket.write(headText, 'latin1');
  }

  onConnected(): void {
    this.#progress.dispatchedMs = this.#client.runtime.clock.nowMs();
    this.#lastActivityMs = this.#progress.dispatchedMs;
  }

  /** Passes on what belongs to the request's body; answers where the rest begins. `bytes` are valid until this returns. */
  onClientBytes(bytes: Buffer, at: number): number {
    this.#lastActivityMs = this.#client.runtime.clock.coarseMs;
    const end = this.#progress.websocket ? bytes.length : this.#requestBody.scan(bytes, at, bytes.length);
    this.#progress.receivedBytes += end - at;
    if (this.#requestBody.malformed) {
      this.#fail(400, 'the request body is malformed');
      return bytes.length;
    }
    if (this.#upstream?.socket.write(Buffer.from(bytes.subarray(at, end))) === false) this.#client.pauseForTarget();
    return end;
  }

  onUpstreamDrain(): void {
    this.#client.resumeForTarget();
  }

  onClientDrain(): void {
    this.#lastActivityMs = this.#client.runtime.clock.coarseMs;
    this.#upstream?.socket.resume();
  }

  onUpstreamActivity(): void {
    this.#lastActivityMs = this.#client.runtime.clock.coarseMs;
  }

  onResponseHead(head: ResponseHead, body: BodyScanner, bytes: Buffer, at: number): void {
    const { runtime, socket } = this.#client;
    this.#progress.respondedMs = runtime.clock.nowMs();
    this.#progress.targetStatus = head.statusCode;
    if (head.statusCode === 101 && this.#head.upgrade === undefined) {
      this.onUpstreamFault('the target switches protocols unasked');
      return;
    }
    if (head.statusCode > HTTP2_STATUS_MAX && this.#client.tls?.http2 === true) {
      this.onUpstreamFault(`HTTP/2 has no status ${head.statusCode}`);
      return;
    }
    const stays = this.#client.mayStay(this.#head);
    const relay = new ResponseRelay(head, body, this.#head, stays, runtime.clock, this.#addedLines(head));
    this.#relay = relay;
    if (head.statusCode === 101) {
      this.#progress.websocket = true;
      this.#upstream?.becomeTunnel();
      this.#progress.sentBytes += relay.writeHead(socket);
      if (at < bytes.length) this.onTunnelBytes(bytes.subarray(at));
      this.#client.readHeld();
      return;
    }
    const sent = relay.writeHeadAndBody(socket, bytes, at);
    this.#afterResponseBytes(relay, sent, bytes.length);
  }

  /** Stickiness cookies, and what the listener's attributes put in place of the target's own. */
  #addedLines(head: ResponseHead): string {
    const { responseHeaders } = this.#client.listener;
    if (responseHeaders.lines !== '') {
      head.passedOn = without(head.passedOn, (name) => responseHeaders.names.has(name));
    }
    return (this.#cookieLines?.(head) ?? '') + responseHeaders.lines;
  }

  onResponseBytes(_body: BodyScanner, bytes: Buffer, at: number): void {
    const relay = this.#relay;
    if (relay === undefined) return;
    this.#lastActivityMs = this.#client.runtime.clock.coarseMs;
    this.#afterResponseBytes(relay, relay.writeBody(this.#client.socket, bytes, at), bytes.length);
  }

  #afterResponseBytes(relay: ResponseRelay, sent: number, received: number): void {
    this.#progress.sentBytes += sent;
    if (relay.malformed) {
      this.#cutResponse('the chunks of the response are malformed');
    } else if (relay.done) {
      this.#finish(relay.consumed === received && relay.targetStays && this.#requestBody.done);
    } else if (this.#client.socket.writableNeedDrain) {
      this.#upstream?.socket.pause();
    }
  }

  /** `bytes` are valid until this returns. */
  onTunnelBytes(bytes: Buffer): void {
    this.#lastActivityMs = this.#client.runtime.clock.coarseMs;
    this.#progress.sentBytes += bytes.length;
    if (!this.#client.socket.write(Buffer.from(bytes))) this.#upstream?.socket.pause();
  }

  /** The target has sent all it will. */
  onUpstreamEnd(): void {
    const relay = this.#relay;
    if (this.#progress.websocket) this.#endTunnel();
    else if (relay !== undefined && relay.endsWithConnection) {
      this.#progress.sentBytes += relay.writeEnd(this.#client.socket);
      this.#finish(false);
    } else if (relay === undefined) this.#fail(502, 'the target closed the connection before it answered');
    else this.#cutResponse('the target closed the connection before its response was complete');
  }

  /** The connection to the target is gone, or never came to be. */
  onUpstreamGone(reason: string, wasConnected: boolean): void {
    if (this.#over) return;
    if (this.#progress.websocket) this.#endTunnel();
    else if (this.#relay !== undefined) this.#cutResponse(reason);
    else if (reason === 'ETIMEDOUT' || reason === 'EHOSTUNREACH')
      this.#fail(504, `cannot connect to the target: ${reason}`);
    else if (!wasConnected && reason === 'ECONNREFUSED' && this.#hasNoBody) this.#setAside();
    else if (wasConnected) this.#fail(502, `the target closed the connection before it answered: ${reason}`);
    else this.#fail(502, `cannot connect to the target: ${reason}`);
  }

  onUpstreamFault(reason: string): void {
    this.#fail(502, reason);
  }

  /** The client has left before its response was complete. */
  onClientGone(): void {
    if (this.#over) return;
    if (this.#progress.websocket) this.#endTunnel();
    else
      this.#end(
        this.#requestBody.done ? albDecisions.clientGoneStatus : albDecisions.requestBrokenOffStatus,
        'the client closed the connection',
        false,
      );
  }

  onSweep(nowMs: number): void {
    const { settings, connectTimeoutMs } = this.#client.runtime;
    if (this.#refusedAtMs > 0) this.#settleRefused(nowMs);
    else if (this.#progress.dispatchedMs === 0) {
      if (nowMs - this.#connectingSinceMs > connectTimeoutMs)
        this.#fail(504, 'the target did not accept the connection in time');
    } else if (nowMs - this.#lastActivityMs > settings.idleTimeoutMs) {
      if (this.#progress.websocket) this.#endTunnel();
      else if (this.#relay !== undefined)
        this.#cutResponse('the response made no progress before the idle timeout', 504);
      else if (!this.#requestBody.done) this.#fail(408, 'the client did not send the whole request in time');
      else this.#fail(504, 'the target did not answer before the idle timeout');
    }
  }

  /** Nothing of the request has reached the target: the next sweeps decide what becomes of it. */
  #setAside(): void {
    this.#refusedAtMs = this.#client.runtime.clock.nowMs();
    this.#upstream = undefined;
  }

  /** A target that leaves the rotation was going: another one is chosen. One that stays is simply refusing. */
  #settleRefused(nowMs: number): void {
    const { target, targetGroup } = this.#notes;
    if (targetGroup?.accepts(target.key) === undefined) {
      this.#over = true;
      target.outstanding--;
      this.#client.exchange = undefined;
      this.#chooseAgain();
    } else if (nowMs - this.#refusedAtMs >= albDecisions.refusedRequestsWaitMs) {
      this.#fail(502, 'cannot connect to the target: ECONNREFUSED');
    }
  }

  /** Answers by itself in place of the target. */
  #fail(status: number, reason: string): void {
    if (this.#over) return;
    const client = this.#client;
    const head = this.#head;
    if (this.#relay !== undefined) {
      this.#cutResponse(reason, status);
      return;
    }
    const stays = status >= 500 && client.mayStay(head);
    head.keepAlive = stays;
    this.#progress.sentBytes += writeOwnAnswer(client, head, ownAnswer(status));
    this.#end(status, reason, false);
    client.release(stays, this.#requestBody);
  }

  /** The response's head is out: the only way left to say that it failed is to close. */
  #cutResponse(reason: string, status = this.#progress.targetStatus): void {
    if (this.#over) return;
    this.#end(status, reason, false);
    this.#client.exchange = undefined;
    this.#client.socket.destroy();
  }

  #finish(targetStays: boolean): void {
    const stays = this.#relay?.clientStays === true;
    this.#end(this.#progress.targetStatus, undefined, targetStays);
    this.#client.release(stays, this.#requestBody);
  }

  #endTunnel(): void {
    this.#end(101, undefined, false);
    this.#client.exchange = undefined;
    this.#client.close();
  }

  #end(status: number, reason: string | undefined, targetStays: boolean): void {
    if (this.#over) return;
    this.#over = true;
    const { runtime } = this.#client;
    const upstream = this.#upstream;
    this.#upstream = undefined;
    this.#notes.target.outstanding--;
    if (upstream !== undefined) {
      if (targetStays && this.#head.desyncClass !== 'Ambiguous')
        upstream.pool.release(upstream, runtime.clock.coarseMs);
      else upstream.destroy();
    }
    const notes = reason === undefined ? this.#notes : { ...this.#notes, reason };
    logRequest(this.#client, this.#head, notes, this.#progress, status);
  }
}
