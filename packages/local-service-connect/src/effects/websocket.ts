import { randomUUID } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { backoffMs, isRetried } from '../core/retry.ts';
import { requestHeadOf, type RequestHead } from '../wire/headers.ts';
import {
  failureReply,
  localReplyBytes,
  noHealthyUpstream,
  overflow,
  requestTimeout,
  type LocalReply,
} from '../wire/replies.ts';
import { request as httpRequest } from '../wire/node-http.ts';
import { upgradeHead } from '../wire/upgrade-head.ts';
import { connectTimeoutError, transportFailureOf, type TransportFailure } from './attempt.ts';
import type { ProxyContext } from './context.ts';
import { join } from './passthrough.ts';
import { openRecord } from './request-log.ts';
import type { Upstream, UpstreamHost } from './upstream.ts';

/** One WebSocket: passes its handshake on and, once a host agrees, its bytes. A host that declines is quoted as any response is. */
export class WebSocketExchange {
  readonly #context: ProxyContext;
  readonly #upstream: Upstream;
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #first: Buffer;
  readonly #head: RequestHead;
  readonly #tried: UpstreamHost[] = [];
  #statusCode = 0;

  /** @param first what the client sent after its handshake */
  constructor(context: ProxyContext, upstream: Upstream, request: IncomingMessage, socket: Socket, first: Buffer) {
    this.#context = context;
    this.#upstream = upstream;
    this.#request = request;
    this.#socket = socket;
    this.#first = first;
    this.#head = requestHeadOf(request.rawHeaders, randomUUID, upstream.timeouts.requestMs);
    const closeRecord = openRecord(context, upstream, this.#head);
    const headBytes = socket.bytesRead - first.length;
    upstream.requests++;
    upstream.active++;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      upstream.active--;
      closeRecord(this.#tried, {
        method: 'GET',
        path: request.url ?? '/',
        protocol: 'HTTP/1.1',
        responseCode: this.#statusCode,
        bytesReceived: socket.bytesRead - headBytes,
        bytesSent: socket.bytesWritten,
        upstreamServiceTimeMs: undefined,
      });
    });
  }

  async start(): Promise<void> {
    if (this.#upstream.isOverflowing) {
      this.#answer(overflow);
      return;
    }
    if (!this.#upstream.hasHosts) await this.#upstream.findHosts();
    this.#tryNext();
  }

  #tryNext(): void {
    if (this.#socket.destroyed) return;
    const host = this.#upstream.pick(this.#tried);
    if (host === undefined) {
      this.#answer(noHealthyUpstream);
      return;
    }
    if (this.#tried.length > 0) host.retries++;
    this.#tried.push(host);
    host.requests++;
    host.active++;
    const handshake = this.#handshake(host);
    const cancel = (): void => void handshake.destroy();
    this.#socket.once('close', cancel);
    handshake.once('close', () => host.active--);
    handshake.once('timeout', () => {
      this.#upstream.report(host, 'failure');
      this.#answer(requestTimeout);
      handshake.destroy();
    });
    handshake.once('upgrade', (response: IncomingMessage, server: Socket, first: Buffer) => {
      handshake.removeAllListeners('timeout');
      this.#upstream.report(host, 'success');
      this.#socket.off('close', cancel);
      this.#join(response, server, first);
    });
    handshake.once('response', (response) => this.#quote(host, response));
    handshake.once('socket', (server) => this.#limitConnecting(handshake, server));
    handshake.on('error', (error) => this.#fail(host, transportFailureOf(error)));
    handshake.end();
  }

  #handshake(host: UpstreamHost): ClientRequest {
    const { headers } = this.#head;
    const { requestMs } = this.#upstream.timeouts;
    return httpRequest({
      host: host.address.address,
      port: host.address.port,
      localAddress: this.#context.localAddress,
      method: 'GET',
      path: this.#request.url,
      headers: [...headers, 'connection', 'Upgrade', 'upgrade', this.#request.headers.upgrade ?? 'websocket'],
      agent: false,
      ...(requestMs === 0 ? {} : { timeout: requestMs }),
    });
  }

  #limitConnecting(handshake: ClientRequest, server: Socket): void {
    const giveUp = (): void => void handshake.destroy(connectTimeoutError());
    const timer = setTimeout(giveUp, this.#context.policy.connectTimeoutMs);
    for (const end of ['connect', 'close']) server.once(end, () => clearTimeout(timer));
  }

  #join(response: IncomingMessage, server: Socket, first: Buffer): void {
    this.#statusCode = 101;
    this.#socket.write(upgradeHead(response));
    if (first.length > 0) this.#socket.write(first);
    if (this.#first.length > 0) server.write(this.#first);
    join(this.#socket, server, this.#upstream.timeouts.idleMs);
  }

  #quote(host: UpstreamHost, response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    if (statusCode < 200) {
      response.destroy();
      this.#fail(host, { kind: 'protocol-error' });
      return;
    }
    this.#statusCode = statusCode;
    this.#upstream.report(host, this.#statusCode >= 500 ? 'failure' : 'success');
    this.#socket.write(upgradeHead(response));
    response.on('error', () => this.#socket.destroy());
    response.pipe(this.#socket);
    // What a client sends now is for nobody, but that it is gone would not be seen unless it is read.
    this.#socket.resume().once('end', () => this.#socket.destroy());
    this.#socket.once('finish', () => this.#socket.destroySoon());
  }

  #fail(host: UpstreamHost, failure: TransportFailure): void {
    if (this.#socket.destroyed || this.#socket.writableEnded || this.#statusCode !== 0) return;
    this.#upstream.report(host, 'failure');
    this.#upstream.suspectList();
    const { retries } = this.#context.policy;
    const attempts = this.#tried.length;
    if (!isRetried(failure, attempts, { method: 'GET', isReplayable: true }, retries)) {
      this.#answer(failureReply(failure, attempts));
      return;
    }
    this.#upstream.retries++;
    setTimeout(() => this.#tryNext(), backoffMs(attempts, this.#context.random(), retries));
  }

  #answer(reply: LocalReply): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (this.#statusCode !== 0) {
      // The task's own answer is under way: it can only be cut off.
      this.#socket.destroy();
      return;
    }
    this.#statusCode = reply.statusCode;
    this.#socket.end(localReplyBytes(reply));
    this.#socket.destroySoon();
  }
}
