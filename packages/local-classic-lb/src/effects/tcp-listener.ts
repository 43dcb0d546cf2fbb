import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Instance } from '../core/instances.ts';
import type { HttpListenerOptions } from './http-listener.ts';

const CONNECTIONS_MAX = 10_000;

/** A TCP listener: each connection to the next instance in turn. */
export function createTcpListener(options: HttpListenerOptions): Server {
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy());
    // What either side sends, the other is written: one timer knows of both, and of an instance that does not take the connection.
    client.setTimeout(options.loadBalancer.idleTimeoutSeconds * 1000, () => client.destroy());
    join(client, options);
  });
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

function join(client: Socket, options: HttpListenerOptions, refusedBy?: Instance): void {
  const { fleet, listener, loadBalancer, onEvent } = options;
  const began = performance.now();
  const instance = fleet.instances.roundRobin(refusedBy);
  const target = instance && `${instance.address}:${listener.instancePort}`;
  const tell = (): void =>
    onEvent({
      kind: 'connection',
      loadBalancer: loadBalancer.name,
      listenerPort: listener.port,
      target,
      ms: performance.now() - began,
    });
  if (instance === undefined) {
    client.destroy();
    tell();
    return;
  }
  const upstream = connect({
    host: instance.address,
    port: listener.instancePort,
    noDelay: true,
    allowHalfOpen: true,
  });
  const underWay = fleet.begin(instance, () => client.destroy());
  const cut = (): void => void upstream.destroy();
  client.once('close', cut);
  let isConnected = false;
  let isRefused = false;
  upstream.on('error', () => {
    isRefused = !isConnected && refusedBy === undefined && !client.destroyed;
    if (!isRefused) client.destroy();
  });
  upstream.once('close', () => {
    underWay[Symbol.dispose]();
    client.off('close', cut);
    if (isRefused) join(client, options, instance);
    else tell();
  });
  upstream.once('connect', () => {
    isConnected = true;
    client.pipe(upstream);
    upstream.pipe(client);
  });
}
