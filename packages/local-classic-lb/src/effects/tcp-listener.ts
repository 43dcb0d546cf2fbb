import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Instance } from '../core/instances.ts';
import type { HttpListenerOptions } from './http-listener.ts';

const CONNECTIONS_MAX = 10_000;

/** A TCP listener: each connection to the next instance in turn. */
export function createTcpListener(options: HttpListenerOptions): Server {
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (client) =>
    join(client, options),
  );
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
  client.on('error', () => client.destroy());
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
  const end = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const underWay = fleet.begin(instance, end);
  let isConnected = false;
  upstream.on('error', () => {
    if (isConnected || refusedBy !== undefined) end();
    else join(client, options, instance);
  });
  upstream.once('close', () => {
    underWay[Symbol.dispose]();
    if (isConnected) tell();
  });
  upstream.once('connect', () => {
    isConnected = true;
    client.setTimeout(loadBalancer.idleTimeoutSeconds * 1000, end);
    client.once('close', () => upstream.destroy());
    client.pipe(upstream);
    upstream.pipe(client);
  });
}
