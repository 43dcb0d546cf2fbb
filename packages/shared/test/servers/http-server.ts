import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The requests that came, in order. */
  readonly requests: IncomingMessage[];
  /** Cuts every connection. */
  cut(): void;
}

/** An HTTP server on an address of loopback; by default it answers its own address as JSON. */
export async function startHttpServer(host: string, port = 0, listener?: RequestListener): Promise<HttpServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    if (listener === undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify({ host }));
    else listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    host,
    port: (server.address() as AddressInfo).port,
    requests,
    cut: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
