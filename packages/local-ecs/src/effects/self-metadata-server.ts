import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Blueprint } from '@switchyard/blueprint';
import { createServer } from '@switchyard/local-aws-endpoint/node-http';
import type { Task } from '../core/state.ts';
import { metadataDocumentOf } from '../wire/metadata.ts';

export interface SelfMetadataServerOptions {
  readonly blueprint: Blueprint;
  readonly host: string;
  readonly port: number;
  /** The task that has this address; may look for it first. */
  readonly taskAt: (address: string) => Promise<Task | undefined>;
  readonly now: () => number;
}

/**
 * Serves task metadata v4 at `/v4/self`: whoever asks gets the documents of the task that has its address. The task's first
 * container counts as the asking one. Addresses without a task and unknown paths: 404, as the agent does.
 */
export async function startSelfMetadataServer(
  options: SelfMetadataServerOptions,
): Promise<AsyncDisposable & { readonly port: number }> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const document = request.method === 'GET' ? await documentOf(request, options) : undefined;
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? 'V4 metadata handler: unable to find the container or the path'));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.requestTimeout = 5000;
  server.keepAliveTimeout = 1000;
  server.listen(options.port, options.host);
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

async function documentOf(request: IncomingMessage, options: SelfMetadataServerOptions): Promise<unknown> {
  const { blueprint, taskAt, now } = options;
  const [path, rest = ''] = /^\/v4\/self(?:\/([^?]*?))?\/?(?:\?.*)?$/.exec(request.url ?? '') ?? [];
  if (path === undefined) return undefined;
  const task = await taskAt((request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''));
  const container = task?.containers[0];
  if (task === undefined || container === undefined) return undefined;
  return metadataDocumentOf(rest, task, container, blueprint, now());
}
