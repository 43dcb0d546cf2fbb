import type { TargetGroup, TargetGroupSettings } from '@switchyard/blueprint';
import { flowHash } from './flow-hash.ts';
import type { FlowKey } from './flow-hash.ts';
import { compileMatcher, knownHealth, observe } from './health.ts';
import type { HealthThresholds, Probe, TargetHealth } from './health.ts';

export interface Target {
  /** As registered: an IPv4 address or an instance's id. */
  readonly id: string;
  readonly port: number;
  /** Where it is on this machine. */
  readonly address: string;
  /** Absent: unknown, so that it serves every zone. */
  readonly availabilityZone: string | undefined;
  health: TargetHealth;
}

export interface HealthChange {
  readonly target: Target;
  readonly from: TargetHealth;
  readonly to: TargetHealth;
}

/** The targets of one group, their health, and which of them gets a flow. */
export class TargetGroupState {
  readonly blueprint: TargetGroup;
  readonly settings: TargetGroupSettings;
  readonly inUse: boolean;
  readonly targets = new Map<string, Target>();
  readonly #crossZone: boolean;
  readonly #thresholds: HealthThresholds;

  constructor(
    blueprint: TargetGroup,
    settings: TargetGroupSettings,
    around: { readonly inUse: boolean; readonly loadBalancerCrossZone: boolean },
  ) {
    this.blueprint = blueprint;
    this.settings = settings;
    this.inUse = around.inUse;
    const { crossZone } = settings;
    this.#crossZone =
      crossZone === 'use_load_balancer_configuration' ? around.loadBalancerCrossZone : crossZone === 'true';
    this.#thresholds = { ...blueprint.healthCheck, matches: compileMatcher(blueprint.healthCheck.matcher) };
  }

  /** `undefined` when it is there already. A target that drains begins anew. */
  register(target: Omit<Target, 'health'>): HealthChange | undefined {
    const key = keyOf(target);
    const known = this.targets.get(key);
    if (known !== undefined && known.health.state !== 'draining') return undefined;
    const checked = this.blueprint.healthCheck.enabled ? knownHealth.registered : knownHealth.checksDisabled;
    const added: Target = { ...target, health: this.inUse ? checked : knownHealth.notInUse };
    this.targets.set(key, added);
    return { target: added, from: known?.health ?? knownHealth.notRegistered, to: added.health };
  }

  /** Begins the deregistration delay; `undefined` when it is not registered. */
  deregister(id: string, port: number): HealthChange | undefined {
    const target = this.targets.get(keyOf({ id, port }));
    if (target === undefined || target.health.state === 'draining') return undefined;
    return this.#change(target, knownHealth.draining);
  }

  /** Ends the deregistration delay. */
  forget(target: Target): HealthChange | undefined {
    if (this.targets.get(keyOf(target)) !== target || target.health.state !== 'draining') return undefined;
    this.targets.delete(keyOf(target));
    return this.#change(target, knownHealth.notRegistered);
  }

  /** Takes in a health check's result; answers the change of state or reason that follows, if one does. */
  observe(target: Target, probe: Probe): HealthChange | undefined {
    const to = observe(target.health, probe, this.#thresholds);
    const isSame = to.state === target.health.state && to.description === target.health.description;
    const change = this.#change(target, to);
    return isSame ? undefined : change;
  }

  /** Whether, for want of healthy targets, all of them get flows. */
  get failsOpen(): boolean {
    const usable = this.#usable();
    return usable.length > 0 && !usable.some(isHealthy);
  }

  /** Whether flows end when their target becomes unhealthy. */
  get terminatesUnhealthy(): boolean {
    return this.blueprint.attributes['target_health_state.unhealthy.connection_termination.enabled'] !== 'false';
  }

  /**
   * The target of a flow that comes to the node of a zone, always the same among the same targets; `undefined` when there is none.
   */
  choose(flow: FlowKey, zone?: string): Target | undefined {
    const usable = this.#usable();
    const candidates = this.failsOpen ? usable : usable.filter(isHealthy);
    const hash = flowHash(flow, this.settings.stickiness.type === 'source_ip');
    const reachable = this.#crossZone ? candidates : inOneZone(candidates, hash, zone);
    return reachable[hash % reachable.length];
  }

  #usable(): Target[] {
    return [...this.targets.values()].filter(({ health }) => health.state !== 'draining' && health.state !== 'unused');
  }

  #change(target: Target, to: TargetHealth): HealthChange {
    const from = target.health;
    target.health = to;
    return { target, from, to };
  }
}

/** `address:port`, or `instance:port`. */
export function keyOf({ id, port }: { readonly id: string; readonly port: number }): string {
  return `${id}:${port}`;
}

function isHealthy({ health }: Target): boolean {
  return health.state === 'healthy' || health.state === 'unavailable';
}

/** A zone without targets is none that DNS answers with. */
function inOneZone(targets: readonly Target[], hash: number, nodeZone: string | undefined): readonly Target[] {
  const zones = [...new Set(targets.flatMap(({ availabilityZone }) => availabilityZone ?? []))].toSorted();
  // The high bits choose the zone, the rest the target: the same bits would leave some targets without flows.
  const zone = nodeZone ?? zones[Math.floor(hash / 65_536) % zones.length];
  return targets.filter(({ availabilityZone }) => availabilityZone === undefined || availabilityZone === zone);
}
