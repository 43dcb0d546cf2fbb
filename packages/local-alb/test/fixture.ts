import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Rule } from '@switchyard/blueprint';
import { type AlbEvent, type LocalAlb, type LocalAlbOptions, type RequestEvent, startLocalAlb } from '../src/index.ts';

import { forwardTo, listener, loadBalancer, rule, targetGroup } from './blueprint.ts';

export { forwardTo, listener, loadBalancer, rule, targetGroup };

/** Load balancers, raw sockets and targets for the tests. */

export interface TestAlb extends AsyncDisposable {
  readonly alb: LocalAlb;
  readonly events: readonly AlbEvent[];
  readonly url: string;
  readonly port: number;
  /** Registers a target and waits until the load balancer calls it healthy. */
  addTarget(group: string, target: { readonly host: string; readonly port: number }): Promise<void>;
  /** Calls an operation of the ELBv2 API. */
  call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The next event, past or to come, that `matches`. */
  event<T extends AlbEvent>(matches: (event: AlbEvent) => event is T): Promise<T>;
  /** The first request event, past or to come, with this status. */
  logged(status: number): Promise<RequestEvent>;
}

export interface TestAlbOptions extends Partial<LocalAlbOptions> {
  readonly rules?: readonly Rule[];
  readonly attributes?: Record<string, string>;
}

/** A load balancer with one listener; without rules everything is forwarded to the group `web`. */
export async function startTestAlb(options: TestAlbOptions = {}): Promise<TestAlb> {
  const events: AlbEvent[] = [];
  const waiting = new Set<() => void>();
  const rules = options.rules ?? [rule('default', forwardTo('web'))];
  const balancer = options.loadBalancer ?? loadBalancer([listener(rules)], options.attributes);
  const groups = options.targetGroups ?? [targetGroup('web')];
  const alb = await startLocalAlb({
    listeners: balancer.listeners.map(({ port }) => ({ port, host: '127.0.0.1', localPort: 0 })),
    closeGraceMs: 100,
    ...options,
    loadBalancer: balancer,
    targetGroups: groups,
    onEvent(event) {
      events.push(event);
      for (const wake of waiting) wake();
    },
  });
  const url = alb.listeners[0]!.url;
  const event = <T extends AlbEvent>(matches: (candidate: AlbEvent) => candidate is T): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    const look = (): void => {
      const found = events.find(matches);
      if (found === undefined) return;
      waiting.delete(look);
      resolve(found);
    };
    waiting.add(look);
    look();
    return promise;
  };
  const call: TestAlb['call'] = async (operation, input) => ({ ...(await alb.api.operations[operation]!(input)) });
  return {
    alb,
    events,
    url,
    port: Number(new URL(url).port),
    event,
    call,
    logged: (status) =>
      event((candidate): candidate is RequestEvent => candidate.kind === 'request' && candidate.status === status),
    async addTarget(group, target) {
      const arn = groups.find(({ name }) => name === group)!.arn;
      await call('RegisterTargets', { TargetGroupArn: arn, Targets: [{ Id: target.host, Port: target.port }] });
      const key = `${target.host}:${target.port}`;
      await event(
        (candidate): candidate is Extract<AlbEvent, { kind: 'target-health' }> =>
          candidate.kind === 'target-health' && candidate.target === key && candidate.to === 'healthy',
      );
    },
    [Symbol.asyncDispose]: () => alb[Symbol.asyncDispose](),
  };
}

export interface TestTarget extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly server: Server;
}

/** An HTTP target that is healthy at `/healthz` and answers everything else with `handle`. */
export async function startTarget(handle: RequestListener, host = '127.0.0.1'): Promise<TestTarget> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') response.end('ok');
    else handle(request, response);
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    host,
    port: (server.address() as AddressInfo).port,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where nothing listens: a port that only root could open, and that no system hands out. */
export const NOBODY = { host: '127.0.0.1', port: 1 } as const;

/** A target that speaks through raw sockets: healthy at `/healthz`; everything else is for `serve` to answer. */
export async function startRawTarget(
  serve: (socket: Socket, head: string) => void,
): Promise<Omit<TestTarget, 'server'>> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const [head] = /^[^]*?\r?\n\r?\n/.exec(received) ?? [];
      if (head === undefined) return;
      received = received.slice(head.length);
      if (head.startsWith('GET /healthz')) {
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      } else {
        serve(socket, head);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface RawClient extends AsyncDisposable {
  readonly socket: Socket;
  send(text: string | Buffer): void;
  /** Everything received, as soon as it satisfies `enough`. */
  until(enough: (received: string) => boolean): Promise<string>;
  /** Everything received until the load balancer closes. */
  rest(): Promise<string>;
}

/** A client that writes bytes as they are. */
export async function connectRaw(port: number, options: { allowHalfOpen?: boolean } = {}): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  let received = '';
  let closed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    wake();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    wake();
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  const wait = (enough: () => boolean): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      if (enough()) resolve(received);
      else if (closed) reject(new Error(`the connection closed after: ${JSON.stringify(received)}`));
      else return;
      waiting.delete(look);
    };
    waiting.add(look);
    look();
    return promise;
  };
  return {
    socket,
    send: (text) => void socket.write(text),
    until: (enough) => wait(() => enough(received)),
    rest: () => wait(() => closed),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      socket.destroy();
      await wait(() => closed);
    },
  };
}
