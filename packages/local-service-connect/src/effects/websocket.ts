import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { backoffMs, isRetried } from '../core/retry.ts';
import { requestHeadOf } from '../wire/headers.ts';
import { failureReply, localReplyBytes, noHealthyUpstream, requestTimeout, type LocalReply } from '../wire/replies.ts';
import { transportFailureOf } from './attempt.ts';
import type { ProxyContext } from './context.ts';
import { join } from './passthrough.ts';
import type { Upstream, UpstreamHost } from './upstream.ts';

/** Passes a WebSocket's handshake on and, once a host agrees, its bytes. A host that declines is quoted as any response is. */
export async function upgrade(
  context: ProxyContext,
  upstream: Upstream,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  upstream.requests++;
  upstream.active++;
  socket.on('error', () => socket.destroy());
  socket.once('close', () => upstream.active--);
  if (!upstream.hasHosts) await upstream.findHosts();
  const { headers } = requestHeadOf(request.rawHeaders, randomUUID, upstream.timeouts.requestMs);
  headers.push('connection', 'Upgrade', 'upgrade', request.headers.upgrade ?? 'websocket');
  tryNext({ context, upstream, request, socket: socket as Socket, head, headers }, []);
}

interface Handshake {
  readonly context: ProxyContext;
  readonly upstream: Upstream;
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly headers: readonly string[];
}

function tryNext(handshake: Handshake, tried: readonly UpstreamHost[]): void {
  const { context, upstream, request, socket, head, headers } = handshake;
  if (socket.destroyed) return;
  const host = upstream.pick(tried);
  if (host === undefined) {
    answer(socket, noHealthyUpstream);
    return;
  }
  if (tried.length > 0) host.retries++;
  host.requests++;
  host.active++;
  const outgoing = httpRequest({
    host: host.address.address,
    port: host.address.port,
    localAddress: context.localAddress,
    method: request.method,
    path: request.url,
    headers,
    agent: false,
    ...(upstream.timeouts.requestMs === 0 ? {} : { timeout: upstream.timeouts.requestMs }),
  });
  const cancel = (): void => void outgoing.destroy();
  socket.once('close', cancel);
  outgoing.once('close', () => host.active--);
  outgoing.once('timeout', () => {
    upstream.report(host, 'failure');
    answer(socket, requestTimeout);
    outgoing.destroy();
  });
  outgoing.once('upgrade', (response: IncomingMessage, server: Socket, first: Buffer) => {
    upstream.report(host, 'success');
    socket.off('close', cancel);
    outgoing.removeAllListeners('timeout');
    socket.write(headOf(response));
    if (first.length > 0) socket.write(first);
    if (head.length > 0) server.write(head);
    join(socket, server, upstream.timeouts.idleMs);
  });
  outgoing.once('response', (response) => {
    upstream.report(host, (response.statusCode ?? 500) >= 500 ? 'failure' : 'success');
    socket.write(headOf(response, 'connection: close\r\n'));
    response.pipe(socket);
    socket.once('finish', () => socket.destroy());
  });
  outgoing.once('error', (error) => {
    if (socket.destroyed || socket.writableEnded) return;
    upstream.report(host, 'failure');
    upstream.suspectList();
    const attempts = tried.length + 1;
    const failure = transportFailureOf(error);
    const { retries } = context.policy;
    if (!isRetried(failure, attempts, { method: 'GET', isReplayable: true }, retries)) {
      answer(socket, failureReply(failure, attempts));
      return;
    }
    upstream.retries++;
    setTimeout(() => tryNext(handshake, [...tried, host]), backoffMs(attempts, context.random(), retries));
  });
  outgoing.end();
}

function answer(socket: Socket, reply: LocalReply): void {
  if (socket.destroyed || socket.writableEnded) return;
  socket.end(localReplyBytes(reply));
  socket.destroySoon();
}

const notPassedOn = new Set(['server', 'transfer-encoding']);

/** A response's head as bytes. For an upgrade, `Connection` and `Upgrade` are part of the agreement and stay. */
function headOf(response: IncomingMessage, instead?: string): string {
  let lines = '';
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const name = (response.rawHeaders[at] ?? '').toLowerCase();
    if (notPassedOn.has(name) || (instead !== undefined && (name === 'connection' || name === 'keep-alive'))) continue;
    lines += `${name}: ${response.rawHeaders[at + 1] ?? ''}\r\n`;
  }
  const { statusCode, statusMessage } = response;
  return `HTTP/1.1 ${statusCode ?? 502} ${statusMessage ?? ''}\r\n${lines}server: envoy\r\n${instead ?? ''}\r\n`;
}
