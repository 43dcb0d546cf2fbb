import type { Server } from 'node:net';
import { ClientConnection } from './client-connection.ts';
import { serveHttp2 } from './http2.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { createSecureServer, tlsFactsOf } from './tls-server.ts';

/** The server of an HTTPS listener; `serve` begins to answer what connects. */
export interface SecureListener {
  readonly server: Server;
  serve(listener: ListenerRuntime): void;
}

export function createSecureListener(
  runtime: Runtime,
  given: { readonly key: string; readonly cert: string } | undefined,
): SecureListener {
  const { loadBalancer, clock } = runtime;
  const names = [loadBalancer.dnsName, 'localhost', '127.0.0.1'];
  const { server, tls } = createSecureServer({
    ...(given ?? selfSignedCertificate(names, new Date())),
    http2: loadBalancer.attributes['routing.http2.enabled'] !== 'false',
    now: () => clock.httpDate(),
  });
  return {
    server,
    serve(listener) {
      tls.on('secureConnection', (socket) => {
        if (socket.alpnProtocol === 'h2') serveHttp2(socket, runtime, listener);
        else {
          const client = new ClientConnection(socket, runtime, listener, tlsFactsOf(socket));
          socket.on('data', (bytes: Buffer) => client.receive(bytes));
          client.start();
        }
      });
    },
  };
}
