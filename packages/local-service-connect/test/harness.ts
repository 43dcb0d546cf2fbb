import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

import {
  startServiceConnect,
  type ProxyOptions,
  type ServiceConnectEndpoint,
  type ServiceConnectEvent,
  type ServiceConnectProxy,
} from '../src/index.ts';
import { startTestCloudMap, type TestCloudMap } from './cloud-map.ts';

/** A task behind an endpoint. */
export interface TestTask extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly key: string;
  readonly server: Server;
}

export async function startTask(listener: RequestListener, address = '127.10.1.1', port = 0): Promise<TestTask> {
  const sockets = new Set<Socket>();
  const server = createServer(listener);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    address,
    port: bound,
    key: `${address}:${bound}`,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A task that speaks bytes. */
export async function startRawTask(onSocket: (socket: Socket) => void, address = '127.10.1.1') {
  const sockets = new Set<Socket>();
  const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address,
    port,
    key: `${address}:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A task that is not there: an address and port that nothing listens on. */
export async function absentTask(address = '127.10.1.9'): Promise<{ address: string; port: number; key: string }> {
  const task = await startTask(() => {}, address);
  await task[Symbol.asyncDispose]();
  const { port, key } = task;
  return { address, port, key };
}

export interface Lab extends AsyncDisposable {
  readonly cloudMap: TestCloudMap;
  readonly proxy: ServiceConnectProxy;
  readonly events: ServiceConnectEvent[];
  /** Where the proxy's first endpoint listens. */
  readonly address: { readonly host: string; readonly port: number };
  /** Resolves with the first event, past or future, that `matches`. */
  event<E extends ServiceConnectEvent>(matches: (event: ServiceConnectEvent) => event is E): Promise<E>;
}

let nextProxy = 0;

export const apiEndpoint = {
  namespace: 'mesh',
  discoveryName: 'api',
  dnsName: 'api.mesh',
  port: 0,
  appProtocol: 'http',
} as const;

export interface LabOptions extends Partial<Omit<ProxyOptions, 'endpoints' | 'onEvent'>> {
  readonly tasks?: readonly { address: string; port: number }[];
  readonly endpoint?: Partial<ServiceConnectEndpoint>;
  readonly pollIntervalMs?: number;
}

/** A proxy in front of the tasks of the service `api`. Round robin begins at the first task by address. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { tasks, endpoint, pollIntervalMs = 20, ...proxyOptions } = options;
  await using stack = new AsyncDisposableStack();
  const cloudMap = stack.use(await startTestCloudMap());
  if (tasks !== undefined) cloudMap.register('api', tasks);
  const serviceConnect = stack.use(
    await startServiceConnect({
      cloudMap: { endpointUrl: cloudMap.endpointUrl, region: 'us-east-1' },
      pollIntervalMs,
    }),
  );
  const events: ServiceConnectEvent[] = [];
  const waiting = new Set<() => void>();
  nextProxy = (nextProxy + 1) % 200;
  const proxy = await serviceConnect.startProxy({
    localAddress: '127.10.200.1',
    random: () => 0,
    closeGraceMs: 50,
    ...proxyOptions,
    endpoints: [{ ...apiEndpoint, listenAddress: `127.255.200.${nextProxy + 1}`, ...endpoint }],
    onEvent: (event) => {
      events.push(event);
      for (const check of waiting) check();
    },
  });
  const [listener] = proxy.listeners;
  const resources = stack.move();
  return {
    cloudMap,
    proxy,
    events,
    address: { host: listener!.address, port: listener!.port },
    async event(matches) {
      return await new Promise((resolve) => {
        const check = (): void => {
          const found = events.find(matches);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    [Symbol.asyncDispose]: async () => await resources.disposeAsync(),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request on a connection of its own. */
export async function call(lab: Pick<Lab, 'address'>, { method, path, headers, body }: Call = {}): Promise<Answer> {
  const request = httpRequest({
    ...lab.address,
    method: method ?? 'GET',
    path: path ?? '/',
    headers: { host: 'api.mesh:3000', ...headers },
    agent: false,
  });
  request.end(body);
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, body: text };
}

/** Bytes as they are: sends `head` and reads until the proxy closes. */
export async function callRaw(lab: Pick<Lab, 'address'>, head: string): Promise<string> {
  const socket = connect(lab.address);
  socket.write(head);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
