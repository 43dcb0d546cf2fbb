import { connect, type Socket } from 'node:net';

import { backoffMs, isRetried } from '../core/retry.ts';
import { connectTimeoutError, transportFailureOf } from './attempt.ts';
import type { ProxyContext } from './context.ts';
import type { Upstream, UpstreamHost } from './upstream.ts';

/**
 * Passes one connection through to a host of the endpoint, bytes unseen: `tcp` endpoints, and `http2` and `grpc` ones, which are
 * therefore balanced by connection. A host that cannot be reached is replaced by another, as often as a request is retried.
 */
export async function passThrough(context: ProxyContext, upstream: Upstream, client: Socket): Promise<void> {
  upstream.requests++;
  upstream.active++;
  client.on('error', () => client.destroy());
  client.once('close', () => upstream.active--);
  if (upstream.isOverflowing) {
    client.destroy();
    return;
  }
  if (!upstream.hasHosts) await upstream.findHosts();
  tryNext(context, upstream, client, []);
}

function tryNext(context: ProxyContext, upstream: Upstream, client: Socket, tried: readonly UpstreamHost[]): void {
  if (client.destroyed) return;
  const host = upstream.pick(tried);
  if (host === undefined) {
    client.destroy();
    return;
  }
  if (tried.length > 0) host.retries++;
  host.requests++;
  host.active++;
  const server = connect({
    host: host.address.address,
    port: host.address.port,
    localAddress: context.localAddress,
    allowHalfOpen: true,
    noDelay: true,
    timeout: context.policy.connectTimeoutMs,
  });
  const giveUp = (error: Error): void => {
    server.destroy();
    upstream.report(host, 'failure');
    upstream.suspectList();
    const attempts = tried.length + 1;
    const { retries } = context.policy;
    if (!isRetried(transportFailureOf(error), attempts, { method: 'CONNECT', isReplayable: true }, retries)) {
      client.destroy();
      return;
    }
    upstream.retries++;
    setTimeout(
      () => tryNext(context, upstream, client, [...tried, host]),
      backoffMs(attempts, context.random(), retries),
    );
  };
  const cancel = (): void => void server.destroy();
  client.once('close', cancel);
  server.once('close', () => host.active--);
  server.once('error', giveUp);
  server.once('timeout', () => giveUp(connectTimeoutError()));
  server.once('connect', () => {
    server.removeAllListeners('timeout');
    server.off('error', giveUp);
    upstream.report(host, 'success');
    join(client, server, upstream.timeouts.idleMs);
  });
}

/** Bytes both ways with backpressure and half-close, until both ends are done or nothing moves for `idleMs` (0: for ever). */
export function join(client: Socket, server: Socket, idleMs: number): void {
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  server.on('error', end);
  server.setTimeout(idleMs);
  server.on('timeout', end);
  client.once('close', end);
  server.once('close', () => client.destroySoon());
  client.pipe(server);
  server.pipe(client);
}
