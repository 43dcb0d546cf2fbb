import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Blueprint } from '@switchyard/blueprint';
import { createServer } from '@switchyard/local-aws-endpoint/node-http';
import { metadataDocumentOf } from '../wire/metadata.ts';
import type { Task } from '../core/state.ts';

export type MetadataServer = AsyncDisposable & {
  /** `http://127.0.0.1:<port>`; a container's documents are at `/v4/<runtime id>`. */
  readonly url: string;
};

/** Serves every task's metadata on an ephemeral loopback port. Unknown containers and paths: 404, as the agent does. */
export async function startMetadataServer(
  blueprint: Blueprint,
  tasks: () => Iterable<Task>,
  now: () => number,
): Promise<MetadataServer> {
  const server = createServer((request, response) => {
    const document = documentOf(request.url ?? '', blueprint, tasks(), now());
    const known = request.method === 'GET' && document !== undefined;
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? document : 'V4 metadata handler: unable to find the container or the path'));
  });
  server.requestTimeout = 5000;
  server.keepAliveTimeout = 1000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function documentOf(target: string, blueprint: Blueprint, tasks: Iterable<Task>, nowMs: number): unknown {
  const [, runtimeId, rest = ''] = /^\/v4\/([^/?]+)(?:\/([^?]*?))?\/?(?:\?.*)?$/.exec(target) ?? [];
  for (const task of tasks) {
    const container = task.containers.find((each) => each.runtimeId === runtimeId);
    if (container === undefined) continue;
    return metadataDocumentOf(rest, task, container, blueprint, nowMs);
  }
  return undefined;
}
