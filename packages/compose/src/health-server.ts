import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers every request: 200 when nothing is missing, else 503 with what is. */
export async function startHealthServer(
  host: string,
  port: number,
  missing: () => readonly string[],
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_request, response) => {
    const sentences = missing();
    response.writeHead(sentences.length === 0 ? 200 : 503, { 'content-type': 'text/plain' });
    response.end(`${sentences.length === 0 ? 'complete' : sentences.join('\n')}\n`);
  });
  server.requestTimeout = 5000;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
