import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import type { LoadBalancer, TargetGroup } from '@switchyard/blueprint';
import { startLocalNlb } from '../src/index.ts';
import type { LocalNlb, NlbEvent } from '../src/index.ts';

/** A Network Load Balancer, targets and clients for the tests. */

const arn = (rest: string): string => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${rest}`;
export const groupArn = arn('targetgroup/tcp/1');
export const balancerArn = arn('loadbalancer/net/nlb/1');

export interface NlbOptions {
  readonly attributes?: Record<string, string>;
  readonly listenerAttributes?: Record<string, string>;
  readonly group?: Partial<TargetGroup>;
  readonly healthCheck?: Partial<TargetGroup['healthCheck']>;
  readonly instances?: Record<string, { address: string; availabilityZone: string }>;
  readonly protocol?: 'TCP' | 'UDP';
  readonly availabilityZone?: string;
}

export interface TestNlb extends AsyncDisposable {
  readonly nlb: LocalNlb;
  readonly port: number;
  readonly events: readonly NlbEvent[];
  call(operation: string, input?: object): Promise<Record<string, unknown>>;
  /** Resolves with the first event, past or to come, that fits. */
  event<Kind extends NlbEvent['kind']>(
    kind: Kind,
    fits?: (event: Extract<NlbEvent, { kind: Kind }>) => boolean,
  ): Promise<Extract<NlbEvent, { kind: Kind }>>;
  register(id: string, port: number): Promise<void>;
  /** Registers and waits until it is healthy. */
  add(id: string, port: number): Promise<void>;
}

export async function startTestNlb(options: NlbOptions = {}): Promise<TestNlb> {
  const events: NlbEvent[] = [];
  const waiting = new Set<() => void>();
  const nlb = await startLocalNlb({
    loadBalancer: loadBalancerOf(options),
    targetGroups: [targetGroupOf(options)],
    listeners: [
      {
        port: 3000,
        host: '127.0.0.1',
        localPort: 0,
        ...(options.availabilityZone !== undefined && { availabilityZone: options.availabilityZone }),
      },
    ],
    instance: (id) => options.instances?.[id],
    onEvent(event) {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  const call: TestNlb['call'] = async (operation, input = {}) => ({
    ...(await nlb.api.operations[operation]!({ ...input })),
  });
  const event: TestNlb['event'] = async (kind, fits = () => true) => {
    type Wanted = Extract<NlbEvent, { kind: typeof kind }>;
    const { promise, resolve } = Promise.withResolvers<Wanted>();
    const look = (): void => {
      const found = events.find((each): each is Wanted => each.kind === kind && fits(each as Wanted));
      if (found !== undefined) resolve(found);
    };
    waiting.add(look);
    look();
    return await promise;
  };
  const register: TestNlb['register'] = async (id, port) =>
    void (await call('RegisterTargets', { TargetGroupArn: groupArn, Targets: [{ Id: id, Port: port }] }));
  return {
    nlb,
    port: nlb.listeners[0]!.localPort,
    events,
    call,
    event,
    register,
    async add(id, port) {
      await register(id, port);
      await event('target-health', ({ target, to }) => target === `${id}:${port}` && to === 'healthy');
    },
    [Symbol.asyncDispose]: () => nlb[Symbol.asyncDispose](),
  };
}

export function loadBalancerOf({
  attributes = {},
  listenerAttributes = {},
  protocol = 'TCP',
}: NlbOptions): LoadBalancer {
  return {
    name: 'nlb',
    arn: balancerArn,
    dnsName: 'internal-nlb-1.us-east-1.elb.amazonaws.com',
    type: 'network',
    scheme: 'internal',
    vpc: 'vpc',
    subnets: ['a'],
    securityGroups: [],
    attributes: { 'load_balancing.cross_zone.enabled': 'true', ...attributes },
    listeners: [
      {
        arn: arn('listener/net/nlb/1/2'),
        port: 3000,
        protocol,
        certificateArns: [],
        attributes: listenerAttributes,
        rules: [
          {
            arn: arn('listener-rule/net/nlb/1/2/3'),
            priority: 'default',
            conditions: [],
            transforms: [],
            action: { type: 'forward', targetGroups: [{ targetGroup: 'tcp', weight: 1 }] },
          },
        ],
      },
    ],
  };
}

export function targetGroupOf({ group = {}, healthCheck = {} }: NlbOptions): TargetGroup {
  return {
    name: 'tcp',
    arn: groupArn,
    vpc: 'vpc',
    targetType: 'ip',
    protocol: 'TCP',
    protocolVersion: 'HTTP1',
    port: 3000,
    attributes: {},
    ...group,
    healthCheck: {
      enabled: true,
      protocol: 'TCP',
      port: 'traffic-port',
      path: '/healthz',
      intervalSeconds: 0.02,
      timeoutSeconds: 1,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
      matcher: '200',
      ...healthCheck,
    },
  };
}

export interface TestTarget extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
  readonly sockets: Set<Socket>;
  /** Closes the port and what is connected to it. */
  end(): Promise<void>;
}

/** Says its name, then echoes. Answers HTTP health checks with `status()`. */
export async function startTarget(
  name: string,
  { host = '127.0.0.1', status = () => 200 }: { host?: string; status?: () => number } = {},
): Promise<TestTarget> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.end());
    socket.on('data', (data) => {
      const isCheck = data.toString('latin1').startsWith('GET /healthz');
      socket.write(isCheck ? `HTTP/1.1 ${status()} Whatever\r\n\r\n` : Buffer.concat([Buffer.from(`${name}:`), data]));
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const end = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  return { server, sockets, port: (server.address() as AddressInfo).port, end, [Symbol.asyncDispose]: end };
}

export interface TestClient extends AsyncDisposable {
  readonly socket: Socket;
  /** Sends, and resolves with the next bytes that come. */
  ask(text: string): Promise<string>;
  /** Resolves with the error code with which the connection ended, or `closed`. */
  readonly ended: Promise<string>;
}

export async function startClient(port: number, localAddress = '127.0.0.1'): Promise<TestClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'));
  socket.on('close', () => resolve('closed'));
  await Promise.race([new Promise((connected) => socket.once('connect', connected)), ended]);
  return {
    socket,
    ended,
    async ask(text) {
      socket.write(text);
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString('latin1');
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await ended;
    },
  };
}

/** The target that answers one new connection. */
export async function answererOf(port: number): Promise<string> {
  await using client = await startClient(port);
  return (await client.ask('?')).split(':')[0] ?? '';
}
