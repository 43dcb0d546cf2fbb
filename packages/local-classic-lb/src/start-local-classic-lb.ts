import type { AddressInfo, Server } from 'node:net';
import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { classicElbApi } from './api/classic-elb-api.ts';
import { Fleet } from './effects/fleet.ts';
import { createHttpListener } from './effects/http-listener.ts';
import { createTcpListener } from './effects/tcp-listener.ts';
import { LocalClassicLbError } from './errors.ts';
import type { LocalClassicLbOptions } from './options.ts';

export interface LocalClassicLb extends AsyncDisposable {
  /** The first version of Elastic Load Balancing's API, told from the second by its `Version`. */
  readonly api: AwsApi;
  /** `port` is the listener's in the blueprint; it answers at `host`:`localPort`. */
  readonly listeners: readonly { readonly port: number; readonly host: string; readonly localPort: number }[];
}

/** Starts a Classic Load Balancer on this machine. Throws {@link LocalClassicLbError} when a port is taken or a listener cannot be imitated. */
export async function startLocalClassicLb(options: LocalClassicLbOptions): Promise<LocalClassicLb> {
  const { loadBalancer, onEvent = () => {} } = options;
  await using opened = new AsyncDisposableStack();
  const fleet = opened.use(new Fleet(loadBalancer, onEvent));
  const listeners: { port: number; host: string; localPort: number }[] = [];
  for (const { port, host, localPort } of options.listeners) {
    const listener = listenerOf(loadBalancer, port);
    const context = { loadBalancer, listener, fleet, onEvent };
    const server = listener.protocol === 'HTTP' ? createHttpListener(context) : createTcpListener(context);
    await listen(server, { host, localPort, name: loadBalancer.name });
    opened.defer(async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      fleet[Symbol.dispose]();
      if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
      await promise;
    });
    listeners.push({ port, host, localPort: (server.address() as AddressInfo).port });
  }
  const stack = opened.move();
  return {
    api: classicElbApi(loadBalancer, fleet, options.instance),
    listeners,
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

function listenerOf(loadBalancer: ClassicLoadBalancer, port: number): ClassicLoadBalancer['listeners'][number] {
  const { name, listeners } = loadBalancer;
  const listener = listeners.find((candidate) => candidate.port === port);
  if (listener === undefined) {
    const ports = listeners.map((candidate) => candidate.port).join(', ');
    const message = `Load balancer ${name} has no listener on port ${port}: name one of ${ports}.`;
    throw new LocalClassicLbError('LOCAL_CLASSIC_LB_LISTENER_UNKNOWN', message);
  }
  const { protocol, instanceProtocol } = listener;
  if (protocol !== instanceProtocol || (protocol !== 'HTTP' && protocol !== 'TCP')) {
    const message = `Listener ${port} of ${name} speaks ${protocol} to ${instanceProtocol}: only HTTP to HTTP and TCP to TCP are imitated here.`;
    throw new LocalClassicLbError('LOCAL_CLASSIC_LB_PROTOCOL_UNSUPPORTED', message);
  }
  return listener;
}

async function listen(
  server: Server,
  { host, localPort, name }: { readonly host: string; readonly localPort: number; readonly name: string },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const isTaken = error.code === 'EADDRINUSE';
    const message = isTaken
      ? `Port ${localPort} on ${host} is taken: stop the program that holds it, or choose another port for the load balancer ${name}.`
      : `The load balancer ${name} cannot listen on ${host}:${localPort} (${error.code}): choose another address or port.`;
    const code = isTaken ? 'LOCAL_CLASSIC_LB_PORT_TAKEN' : 'LOCAL_CLASSIC_LB_ADDRESS_UNAVAILABLE';
    reject(new LocalClassicLbError(code, message));
  });
  server.listen({ host, port: localPort, backlog: 1024 }, resolve);
  await promise;
  server.removeAllListeners('error');
  server.on('error', () => {});
}
