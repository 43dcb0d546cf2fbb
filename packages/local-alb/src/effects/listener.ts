import { createServer, type AddressInfo, type Server } from 'node:net';
import { compileRules, type Listener } from '@switchyard/blueprint';
import { LocalAlbError } from '../errors.ts';
import { responseHeadersOf } from '../wire/response-headers.ts';
import { ClientConnection } from './client-connection.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';
import { acceptIntoSharedBuffer } from './shared-read-buffer.ts';

const CONNECTIONS_MAX = 10_000;

/** Where a listener answers here, and with which certificate. */
export interface ListenerAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly localPort: number;
  /** PEM, for HTTPS listeners; absent: a certificate that the load balancer signs itself at every start. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface OpenListener extends AsyncDisposable {
  readonly runtime: ListenerRuntime;
}

/** Opens a listener's port and serves what connects. */
export async function startListener(
  runtime: Runtime,
  listener: Listener,
  address: ListenerAddress,
): Promise<OpenListener> {
  const protocol = listener.protocol === 'HTTPS' ? 'https' : 'http';
  const rules = compileRules(listener.rules);
  for (const rule of listener.rules) runtime.transformOf(rule);
  const { settings, loadBalancer } = runtime;
  // Loaded when it is needed: TLS and HTTP/2 cost a start some milliseconds.
  const secured =
    protocol === 'https'
      ? (await import('./secure-listener.ts')).createSecureListener(runtime, address.tls)
      : undefined;
  const server = secured?.server ?? createServer({ noDelay: true, pauseOnConnect: true });
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, address);
  const { port: localPort } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const open: ListenerRuntime = {
    blueprint: listener,
    rules,
    localPort,
    localUrl: `${protocol}://${host}:${localPort}`,
    protocol,
    responseHeaders: responseHeadersOf(listener.attributes),
    forwardedBy: { ...settings, protocol, port: localPort, dnsName: loadBalancer.dnsName },
  };
  secured?.serve(open);
  if (secured === undefined) {
    server.on('connection', (accepted) => {
      const socket = acceptIntoSharedBuffer(accepted, (bytes) => client.receive(bytes));
      const client = new ClientConnection(socket, runtime, open);
      client.start();
    });
  }
  return {
    runtime: open,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  };
}

async function listen(server: Server, { host, localPort }: ListenerAddress): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') {
      const message = `Port ${localPort} on ${host} is taken: stop the program that holds it, or choose another port for the load balancer.`;
      reject(new LocalAlbError('LOCAL_ALB_PORT_TAKEN', message));
    } else {
      const message = `The load balancer cannot listen on ${host}:${localPort} (${error.code}): choose another address or port.`;
      reject(new LocalAlbError('LOCAL_ALB_ADDRESS_UNAVAILABLE', message));
    }
  });
  server.listen({ host, port: localPort, backlog: 1024 }, resolve);
  await promise;
  server.removeAllListeners('error');
  server.on('error', () => {});
}
