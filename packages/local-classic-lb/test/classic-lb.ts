import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import { startLocalClassicLb } from '../src/index.ts';
import type { ClassicLbEvent, LocalClassicLb } from '../src/index.ts';

/** A Classic Load Balancer in front of instances 127.0.0.<n> named `i-<n>`, all on one port. */
export interface TestLb extends AsyncDisposable {
  readonly lb: LocalClassicLb;
  readonly url: string;
  readonly port: number;
  readonly events: readonly ClassicLbEvent[];
  call(operation: string, input?: object): Promise<Record<string, unknown>>;
  register(...ids: string[]): Promise<void>;
  /** Registers and waits until all are in service. */
  add(...ids: string[]): Promise<void>;
  event(fits: (event: ClassicLbEvent) => boolean): Promise<ClassicLbEvent>;
}

export interface LbOptions {
  readonly listener?: Partial<ClassicLoadBalancer['listeners'][number]>;
  readonly healthCheck?: Partial<ClassicLoadBalancer['healthCheck']>;
  readonly loadBalancer?: Partial<ClassicLoadBalancer>;
}

export function loadBalancerOf(instancePort: number, { listener, healthCheck, loadBalancer }: LbOptions = {}) {
  return {
    name: 'old',
    dnsName: 'internal-old-1.us-east-1.elb.amazonaws.com',
    scheme: 'internal',
    vpc: 'vpc',
    subnets: ['a'],
    securityGroups: [],
    crossZone: true,
    idleTimeoutSeconds: 60,
    healthCheck: {
      protocol: 'HTTP',
      port: instancePort,
      path: '/healthz',
      intervalSeconds: 0.02,
      timeoutSeconds: 1,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      ...healthCheck,
    },
    listeners: [{ port: 80, protocol: 'HTTP', instancePort, instanceProtocol: 'HTTP', ...listener }],
    ...loadBalancer,
  } satisfies ClassicLoadBalancer as ClassicLoadBalancer;
}

export async function startTestLb(instancePort: number, options: LbOptions = {}): Promise<TestLb> {
  const events: ClassicLbEvent[] = [];
  const waiting = new Set<() => void>();
  const lb = await startLocalClassicLb({
    loadBalancer: loadBalancerOf(instancePort, options),
    listeners: [{ port: 80, host: '127.0.0.1', localPort: 0 }],
    instance: (id) =>
      id.startsWith('i-') ? { address: `127.0.0.${id.slice(2)}`, availabilityZone: 'us-east-1a' } : undefined,
    onEvent(event) {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  const event: TestLb['event'] = async (fits) => {
    const { promise, resolve } = Promise.withResolvers<ClassicLbEvent>();
    const look = (): void => {
      const found = events.find(fits);
      if (found !== undefined) resolve(found);
    };
    waiting.add(look);
    look();
    return await promise;
  };
  const call: TestLb['call'] = async (operation, input = {}) => ({
    ...(await lb.api.operations[operation]!({ LoadBalancerName: 'old', ...input })),
  });
  const register: TestLb['register'] = async (...ids) =>
    void (await call('RegisterInstancesWithLoadBalancer', { Instances: ids.map((InstanceId) => ({ InstanceId })) }));
  const port = lb.listeners[0]!.localPort;
  return {
    lb,
    port,
    url: `http://127.0.0.1:${port}`,
    events,
    call,
    register,
    event,
    async add(...ids) {
      await register(...ids);
      for (const id of ids) {
        await event((each) => each.kind === 'instance-health' && each.instance === id && each.to === 'InService');
      }
    },
    [Symbol.asyncDispose]: () => lb[Symbol.asyncDispose](),
  };
}

export interface TestInstances extends AsyncDisposable {
  readonly port: number;
}

/** Servers on 127.0.0.<n> for each n, on one port that is free on all of them; healthy at `/healthz` unless told otherwise. */
export async function startInstances(
  numbers: readonly number[],
  answer: (number: number) => RequestListener,
  health: (number: number) => number = () => 200,
): Promise<TestInstances> {
  for (;;) {
    await using opened = new AsyncDisposableStack();
    let port = 0;
    try {
      for (const number of numbers) {
        const instance = await startInstance(`127.0.0.${number}`, port, (request, response) => {
          if (request.url === '/healthz') response.writeHead(health(number)).end();
          else answer(number)(request, response);
        });
        port = opened.use(instance).port;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw error;
    }
    const instances = opened.move();
    return { port, [Symbol.asyncDispose]: async () => await instances.disposeAsync() };
  }
}

async function startInstance(host: string, port: number, listener: RequestListener): Promise<TestInstances> {
  const server = createServer(listener);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with the instance's number and what it got. */
export const echo =
  (number: number): RequestListener =>
  (request: IncomingMessage, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () =>
      response.end(
        JSON.stringify({ number, url: request.url, headers: request.headers, body: Buffer.concat(body).toString() }),
      ),
    );
  };

export interface Echo {
  readonly number: number;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export async function ask(url: string, init: RequestInit = {}): Promise<Echo> {
  return (await (await fetch(url, init)).json()) as Echo;
}

/** A process on 127.0.0.1 that listens and is stopped, its queue of connections full: whoever connects now gets no answer. */
export async function startBlackHole(): Promise<TestInstances> {
  const script = `require('net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () {
    require('fs').writeSync(1, String(this.address().port));
    process.kill(process.pid, 'SIGSTOP');
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [output] = await once(child.stdout, 'data');
  const port = Number(output);
  const fillers = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  for (const filler of fillers) filler.on('error', () => {});
  await Promise.all(fillers.map((filler) => once(filler, 'connect')));
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      for (const filler of fillers) filler.destroy();
    },
  };
}

/** Sends bytes, and with `ends` no more; resolves with what comes back until the connection is over. */
export async function sendRaw(port: number, bytes: string | Buffer, ends = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => {}).on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return text;
}
