import type { Listener, LoadBalancer, TargetGroup } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { elbv2Api } from './api/elbv2-api.ts';
import { targetGroupsInUse } from './core/choose-target-group.ts';
import { TargetGroupState } from './core/target-group-state.ts';
import { Clock } from './effects/clock.ts';
import { type ListenerAddress, startListener } from './effects/listener.ts';
import { Runtime } from './effects/runtime.ts';
import { TargetGroups } from './effects/target-groups.ts';
import { LocalAlbError } from './errors.ts';
import type { AlbEvent } from './events.ts';

const SWEEP_INTERVAL_MS = 100;
const CLOSE_GRACE_MS = 1000;
const CONNECT_TIMEOUT_MS = 10_000;
const HTTP2_REQUESTS_MAX = 10_000;

export interface LocalAlbOptions {
  readonly loadBalancer: LoadBalancer;
  /** Every target group that the load balancer's rules name; others too, which then are `unused`. */
  readonly targetGroups: readonly TargetGroup[];
  /** The listeners to open: `port` is the listener's in the blueprint. Those left out stay closed. */
  readonly listeners: readonly (ListenerAddress & { readonly port: number })[];
  readonly onEvent?: (event: AlbEvent) => void;
  /** The address from which targets are reached; absent: the system's choice. */
  readonly localAddress?: string;
  /** How long requests in flight may take once the load balancer is told to stop. Default 1000. */
  readonly closeGraceMs?: number;
  /** AWS's is fixed at 10 s, the default. */
  readonly connectTimeoutMs?: number;
  /** Requests on one HTTP/2 connection before GOAWAY. AWS's are fixed at 10,000, the default. */
  readonly http2RequestsMax?: number;
}

export interface LocalAlb extends AsyncDisposable {
  /** Elastic Load Balancing v2, to be mounted on an AWS endpoint. */
  readonly api: AwsApi;
  /** `port` is the listener's in the blueprint; `url` where it answers here. */
  readonly listeners: readonly { readonly port: number; readonly url: string }[];
}

/**
 * Starts an Application Load Balancer on this machine. Throws {@link LocalAlbError} when it cannot: a port is taken, a
 * listener or a target group is missing.
 */
export async function startLocalAlb(options: LocalAlbOptions): Promise<LocalAlb> {
  const { loadBalancer } = options;
  const runtime = new Runtime({
    loadBalancer,
    targetGroups: targetGroupStatesOf(options),
    clock: new Clock(),
    onEvent: options.onEvent,
    localAddress: options.localAddress,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    http2RequestsMax: options.http2RequestsMax ?? HTTP2_REQUESTS_MAX,
  });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => runtime.destroy());
  const targetGroups = opened.use(new TargetGroups(runtime));
  const sweep = setInterval(() => {
    runtime.sweep();
    targetGroups.sweep();
  }, SWEEP_INTERVAL_MS);
  sweep.unref();
  opened.defer(() => clearInterval(sweep));
  const listeners: { port: number; url: string }[] = [];
  for (const address of options.listeners) {
    const listener = await startListener(runtime, listenerOf(loadBalancer, address.port), address);
    opened.use(listener);
    runtime.listeners.push(listener.runtime);
    listeners.push({ port: address.port, url: listener.runtime.localUrl });
  }
  const stack = opened.move();
  return {
    api: elbv2Api(runtime, targetGroups),
    listeners,
    async [Symbol.asyncDispose]() {
      runtime.close();
      const cut = setTimeout(() => runtime.destroy(), options.closeGraceMs ?? CLOSE_GRACE_MS);
      try {
        await stack.disposeAsync();
      } finally {
        clearTimeout(cut);
      }
    },
  };
}

function listenerOf(loadBalancer: LoadBalancer, port: number): Listener {
  const listener = loadBalancer.listeners.find((candidate) => candidate.port === port);
  if (listener === undefined) {
    const message = `Load balancer ${loadBalancer.name} has no listener on port ${port}: name one of ${loadBalancer.listeners.map((candidate) => candidate.port).join(', ')}.`;
    throw new LocalAlbError('LOCAL_ALB_LISTENER_UNKNOWN', message);
  }
  if (listener.protocol !== 'HTTP' && listener.protocol !== 'HTTPS') {
    const message = `Listener ${port} speaks ${listener.protocol}: an Application Load Balancer speaks HTTP and HTTPS.`;
    throw new LocalAlbError('LOCAL_ALB_PROTOCOL_UNSUPPORTED', message);
  }
  return listener;
}

/** By name. */
function targetGroupStatesOf({ loadBalancer, targetGroups }: LocalAlbOptions): Map<string, TargetGroupState> {
  const used = targetGroupsInUse(loadBalancer.listeners);
  const known = new Map(targetGroups.map((group) => [group.name, new TargetGroupState(group, used.has(group.name))]));
  for (const name of used) {
    if (known.has(name)) continue;
    const message = `Load balancer ${loadBalancer.name} forwards to target group ${name}, which is not given: add it.`;
    throw new LocalAlbError('LOCAL_ALB_TARGET_GROUP_UNKNOWN', message);
  }
  return known;
}
