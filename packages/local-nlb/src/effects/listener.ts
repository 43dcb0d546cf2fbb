import { createServer, isIPv4 } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Listener } from '@switchyard/blueprint';
import { flowKeyOf } from '../core/flow-hash.ts';
import { keyOf } from '../core/target-group-state.ts';
import type { TargetGroupState } from '../core/target-group-state.ts';
import { LocalNlbError } from '../errors.ts';
import type { FlowEnd, NlbEvent } from '../events.ts';
import { proxyProtocolHeader } from '../wire/proxy-protocol.ts';
import { Flow } from './flow.ts';
import { now } from './target-groups.ts';
import type { TargetGroups } from './target-groups.ts';

const CONNECTIONS_MAX = 10_000;

export interface ListenerOptions {
  readonly loadBalancer: string;
  readonly listener: Listener;
  readonly group: TargetGroupState;
  readonly targetGroups: TargetGroups;
  readonly idleTimeoutMs: number;
  readonly host: string;
  /** 0: any free port. */
  readonly localPort: number;
  readonly availabilityZone: string | undefined;
  readonly onEvent: (event: NlbEvent) => void;
}

export interface OpenListener extends AsyncDisposable {
  readonly port: number;
  readonly host: string;
  readonly localPort: number;
}

/** Opens a listener's port and joins what connects to targets. */
export async function startListener(options: ListenerOptions): Promise<OpenListener> {
  const { host, listener } = options;
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (client) =>
    join(client, options),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, options);
  const { port: localPort } = server.address() as AddressInfo;
  return {
    port: listener.port,
    host,
    localPort,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const flow of options.targetGroups.flows) flow.cut('stopping');
      await promise;
    },
  };
}

function join(client: Socket, options: ListenerOptions): void {
  const { group, targetGroups, onEvent, listener, loadBalancer, idleTimeoutMs } = options;
  const began = now();
  const key = flowKeyOf(client);
  if (key === undefined) {
    client.on('error', () => {}).destroy();
    return;
  }
  const target = group.choose(key, options.availabilityZone);
  const tell = (ended: FlowEnd, bytesFromClient: number, bytesFromTarget: number): void =>
    onEvent({
      kind: 'flow',
      loadBalancer,
      listenerPort: listener.port,
      client: `${key.sourceAddress}:${key.sourcePort}`,
      target: target && keyOf(target),
      targetGroup: group.blueprint.name,
      bytesFromClient,
      bytesFromTarget,
      ms: now() - began,
      ended,
    });
  if (target === undefined) {
    client.on('error', () => {}).resetAndDestroy();
    tell('no-target', 0, 0);
    return;
  }
  const { preserveClientIp, proxyProtocolV2 } = group.settings;
  const localAddress = preserveClientIp ? key.sourceAddress : key.destinationAddress;
  const flow = new Flow({
    client,
    target,
    // Targets have IPv4 addresses, which an IPv6 one does not reach.
    localAddress: isIPv4(localAddress) ? localAddress : undefined,
    header: proxyProtocolV2 ? proxyProtocolHeader(key) : undefined,
    idleTimeoutMs,
    onEnd: (ended, how) => {
      targetGroups.flows.delete(ended);
      tell(how, ended.bytesFromClient, ended.bytesFromTarget);
    },
  });
  targetGroups.flows.add(flow);
}

async function listen(server: Server, { host, localPort, loadBalancer }: ListenerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const isTaken = error.code === 'EADDRINUSE';
    const message = isTaken
      ? `Port ${localPort} on ${host} is taken: stop the program that holds it, or choose another port for the load balancer ${loadBalancer}.`
      : `The load balancer ${loadBalancer} cannot listen on ${host}:${localPort} (${error.code}): choose another address or port.`;
    reject(new LocalNlbError(isTaken ? 'LOCAL_NLB_PORT_TAKEN' : 'LOCAL_NLB_ADDRESS_UNAVAILABLE', message));
  });
  server.listen({ host, port: localPort, backlog: 1024 }, resolve);
  await promise;
  server.removeAllListeners('error');
  server.on('error', () => {});
}
