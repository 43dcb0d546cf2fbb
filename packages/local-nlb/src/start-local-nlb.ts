import { loadBalancerSettings, targetGroupSettings } from '@switchyard/blueprint';
import type { Listener, LoadBalancer } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { elbv2Api } from './api/elbv2-api.ts';
import { TargetGroupState } from './core/target-group-state.ts';
import { startListener } from './effects/listener.ts';
import { TargetGroups } from './effects/target-groups.ts';
import { LocalNlbError } from './errors.ts';
import type { LocalNlbOptions } from './options.ts';

const IDLE_TIMEOUT_SECONDS = 350;

export interface LocalNlb extends AsyncDisposable {
  /** Elastic Load Balancing v2 for this load balancer and its target groups. */
  readonly api: AwsApi;
  /** `port` is the listener's in the blueprint; it answers at `host`:`localPort`. */
  readonly listeners: readonly { readonly port: number; readonly host: string; readonly localPort: number }[];
}

/** Starts a Network Load Balancer on this machine. Throws {@link LocalNlbError} when it cannot: a port is taken, a target group is missing. */
export async function startLocalNlb(options: LocalNlbOptions): Promise<LocalNlb> {
  const { loadBalancer, onEvent = () => {} } = options;
  const crossZone = loadBalancerSettings(loadBalancer).crossZone;
  const used = new Set(loadBalancer.listeners.map((listener) => targetGroupNameOf(listener)));
  const groups = new Map(
    options.targetGroups.map((group) => [
      group.name,
      new TargetGroupState(group, targetGroupSettings(group), {
        inUse: used.has(group.name),
        loadBalancerCrossZone: crossZone,
      }),
    ]),
  );
  await using opened = new AsyncDisposableStack();
  const listeners: { port: number; host: string; localPort: number }[] = [];
  const targetGroups = opened.use(
    new TargetGroups({
      node: () => `${listeners[0]?.host}:${listeners[0]?.localPort}`,
      onEvent,
    }),
  );
  for (const { port, host, localPort, availabilityZone } of options.listeners) {
    const listener = listenerOf(loadBalancer, port);
    const name = targetGroupNameOf(listener);
    const group = groups.get(name);
    if (group === undefined) {
      const message = `Load balancer ${loadBalancer.name} forwards to target group ${name}, which is not given: add it.`;
      throw new LocalNlbError('LOCAL_NLB_TARGET_GROUP_UNKNOWN', message);
    }
    const idleTimeoutMs = Number(listener.attributes['tcp.idle_timeout.seconds'] ?? IDLE_TIMEOUT_SECONDS) * 1000;
    const open = await startListener({
      loadBalancer: loadBalancer.name,
      listener,
      group,
      targetGroups,
      idleTimeoutMs,
      host,
      localPort,
      availabilityZone,
      onEvent,
    });
    opened.use(open);
    listeners.push(open);
  }
  const stack = opened.move();
  return {
    api: elbv2Api({ loadBalancer, groups: [...groups.values()], targetGroups, instance: options.instance }),
    listeners,
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

function listenerOf(loadBalancer: LoadBalancer, port: number): Listener {
  const listener = loadBalancer.listeners.find((candidate) => candidate.port === port);
  if (listener === undefined) {
    const ports = loadBalancer.listeners.map((candidate) => candidate.port).join(', ');
    const message = `Load balancer ${loadBalancer.name} has no listener on port ${port}: name one of ${ports}.`;
    throw new LocalNlbError('LOCAL_NLB_LISTENER_UNKNOWN', message);
  }
  if (listener.protocol !== 'TCP') {
    const message = `Listener ${port} of ${loadBalancer.name} speaks ${listener.protocol}: only TCP is imitated here, so use a TCP listener.`;
    throw new LocalNlbError('LOCAL_NLB_PROTOCOL_UNSUPPORTED', message);
  }
  return listener;
}

/** A Network Load Balancer's listener has one rule, which forwards to one group. */
function targetGroupNameOf({ rules, port }: Listener): string {
  const action = rules.at(-1)?.action;
  const name = action?.type === 'forward' ? action.targetGroups[0]?.targetGroup : undefined;
  if (name !== undefined) return name;
  const message = `Listener ${port} forwards to no target group: give it one.`;
  throw new LocalNlbError('LOCAL_NLB_TARGET_GROUP_UNKNOWN', message);
}
