import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Cloud Map's two discovery operations for tests: what is registered is what `register` was last told. */
export interface TestCloudMap extends AsyncDisposable {
  readonly endpointUrl: string;
  /** Operations asked for, in order, as `DiscoverInstances api`. */
  readonly calls: string[];
  /** Resolves when there have been that many calls. */
  called(count: number): Promise<void>;
  /** `undefined` removes the service. */
  register(service: string, hosts: readonly { address: string; port: number }[] | undefined): void;
  /** While true every call is answered with an internal error. */
  isAway: boolean;
}

export async function startTestCloudMap(): Promise<TestCloudMap> {
  const services = new Map<string, { revision: number; hosts: readonly { address: string; port: number }[] }>();
  const calls: string[] = [];
  const heard = new EventEmitter();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const { ServiceName: name } = JSON.parse(body) as { ServiceName: string };
      calls.push(`${operation} ${name}`);
      heard.emit('call');
      const service = services.get(name);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (cloudMap.isAway) {
        response.writeHead(500).end(JSON.stringify({ __type: 'InternalFailure' }));
      } else if (service === undefined) {
        response.writeHead(400).end(JSON.stringify({ __type: 'ServiceNotFound', Message: `No service ${name}.` }));
      } else if (operation === 'DiscoverInstancesRevision') {
        response.end(JSON.stringify({ InstancesRevision: service.revision }));
      } else {
        const Instances = service.hosts.map(({ address, port }, index) => ({
          InstanceId: String(index),
          Attributes: { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: String(port) },
        }));
        response.end(JSON.stringify({ Instances, InstancesRevision: service.revision }));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cloudMap: TestCloudMap = {
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    isAway: false,
    async called(count) {
      while (calls.length < count) await once(heard, 'call');
    },
    register(name, hosts) {
      if (hosts === undefined) services.delete(name);
      else services.set(name, { revision: (services.get(name)?.revision ?? 0) + 1, hosts });
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return cloudMap;
}
