import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CloudMapServer extends AsyncDisposable {
  /** The settings of an SDK client that speaks to this server. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly disableHostPrefix: boolean;
    readonly maxAttempts: number;
  };
  /** The operations that were asked for, with their input. */
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[];
}

export interface Place {
  readonly address: string;
  readonly port: number;
  readonly zone?: string;
  readonly health?: string;
}

export interface CloudMapServerOptions {
  readonly revision?: () => number;
  /** When it gives an error name, every call is answered with it. */
  readonly error?: () => string | undefined;
}

/** As much of the Cloud Map API as discovery needs, over HTTP: instances are what `places` says at that moment. */
export async function startCloudMapServer(
  places: () => readonly Place[],
  { revision = () => 1, error = () => undefined }: CloudMapServerOptions = {},
): Promise<CloudMapServer> {
  const calls: CloudMapServer['calls'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const input = JSON.parse(body) as Record<string, unknown>;
      calls.push({ operation, input });
      const name = error();
      const output =
        name === undefined ? outputOf(operation, input, places(), revision()) : { __type: name, Message: 'No.' };
      response.writeHead(name === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(output));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      disableHostPrefix: true,
      maxAttempts: 1,
    },
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function outputOf(
  operation: string,
  input: Record<string, unknown>,
  places: readonly Place[],
  revision: number,
): object {
  if (operation === 'DiscoverInstancesRevision') return { InstancesRevision: revision };
  return {
    InstancesRevision: revision,
    Instances: places.map(({ address, port, zone = 'us-east-1a', health = 'HEALTHY' }, index) => ({
      InstanceId: `i${index}`,
      NamespaceName: input['NamespaceName'],
      ServiceName: input['ServiceName'],
      HealthStatus: health,
      Attributes: { AWS_INSTANCE_IPV4: address, AWS_INSTANCE_PORT: String(port), AVAILABILITY_ZONE: zone },
    })),
  };
}
