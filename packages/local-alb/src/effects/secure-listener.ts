import type { Server } from 'node:net';
import { albDecisions } from '../core/decisions.ts';
import { ownAnswer } from '../wire/error-pages.ts';
import { RequestHead } from '../wire/request-head.ts';
import { ClientConnection } from './client-connection.ts';
import { serveHttp2 } from './http2.ts';
import { writeOwnAnswer } from './own-answer.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';
import { createSecureServer, tlsFactsOf } from './tls-server.ts';

/** The server of an HTTPS listener; `serve` begins to answer what connects. Who speaks plain HTTP gets a plain 400. */
export interface SecureListener {
  readonly server: Server;
  serve(listener: ListenerRuntime): void;
}

export function createSecureListener(
  runtime: Runtime,
  given: { readonly key: string; readonly cert: string } | undefined,
): SecureListener {
  const { loadBalancer, connections } = runtime;
  const names = [loadBalancer.dnsName, 'localhost', '127.0.0.1'];
  const { server, serve } = createSecureServer({
    ...(given ?? selfSignedCertificate(names, new Date())),
    http2: loadBalancer.attributes['routing.http2.enabled'] !== 'false',
    connections,
  });
  return {
    server,
    serve(listener) {
      serve({
        onSecure: (socket) => {
          if (socket.alpnProtocol === 'h2') {
            serveHttp2(socket, runtime, listener);
            return;
          }
          const client = new ClientConnection(socket, runtime, listener, tlsFactsOf(socket));
          socket.on('data', (bytes: Buffer) => client.receive(bytes));
          client.start();
        },
        onPlain: (socket) => refusePlain(new ClientConnection(socket, runtime, listener)),
      });
    },
  };
}

function refusePlain(client: ClientConnection): void {
  const head = new RequestHead();
  head.keepAlive = false;
  client.start();
  writeOwnAnswer(client, head, ownAnswer(albDecisions.plainHttpOnTlsStatus));
  client.close();
}
