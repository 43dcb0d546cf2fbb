import type { TargetGroup } from '@switchyard/blueprint';
import { targetGroupSettingsOf, type TargetGroupSettings } from './attributes.ts';
import * as Health from './health.ts';
import type { HealthThresholds, Probe, TargetHealth } from './health.ts';
import { Rotation } from './rotation.ts';
import { type Target, targetKey } from './target.ts';

export interface HealthChange {
  readonly target: Target;
  readonly from: TargetHealth;
  readonly to: TargetHealth;
}

/**
 * The targets of one group: who is registered, in what health, and who is next. Time and chance are arguments.
 *
 * AWS source: "Target groups for your Application Load Balancers" and "Health checks for target groups".
 */
export class TargetGroupState {
  readonly name: string;
  readonly arn: string;
  readonly targets = new Map<string, Target>();
  /** Whether a listener forwards to the group. */
  inUse: boolean;
  settings: TargetGroupSettings;
  thresholds: HealthThresholds;
  blueprint: TargetGroup;
  readonly #rotation = new Rotation();

  constructor(targetGroup: TargetGroup, inUse: boolean) {
    this.name = targetGroup.name;
    this.arn = targetGroup.arn;
    this.inUse = inUse;
    this.blueprint = targetGroup;
    this.settings = targetGroupSettingsOf(targetGroup.attributes);
    this.thresholds = thresholdsOf(targetGroup);
  }

  /** Takes changed settings (ModifyTargetGroup, ModifyTargetGroupAttributes). */
  configure(targetGroup: TargetGroup): void {
    this.blueprint = targetGroup;
    this.settings = targetGroupSettingsOf(targetGroup.attributes);
    this.thresholds = thresholdsOf(targetGroup);
    this.#refresh();
  }

  /** Registers a target, or takes back one that is draining. Registering a registered target changes nothing. */
  register(id: string, port: number, availabilityZone?: string): HealthChange | undefined {
    const key = targetKey(id, port);
    const known = this.targets.get(key);
    if (known !== undefined && known.drainedAt === 0) return undefined;
    const to = this.#firstHealth();
    const from = known?.health ?? Health.NOT_REGISTERED;
    const target: Target = known ?? {
      key,
      id,
      port,
      availabilityZone,
      health: to,
      outstanding: 0,
      slowStartedAt: 0,
      drainedAt: 0,
    };
    target.health = to;
    target.drainedAt = 0;
    this.targets.set(key, target);
    this.#refresh();
    return { target, from, to };
  }

  /** Begins or ends the use of the group by a listener; its targets begin anew. */
  setInUse(inUse: boolean): HealthChange[] {
    if (inUse === this.inUse) return [];
    this.inUse = inUse;
    const changes: HealthChange[] = [];
    for (const target of this.targets.values()) {
      if (target.drainedAt > 0) continue;
      const from = target.health;
      target.health = this.#firstHealth();
      changes.push({ target, from, to: target.health });
    }
    this.#refresh();
    return changes;
  }

  /** Starts the deregistration delay; `undefined` when the target is not registered or already draining. */
  deregister(key: string, now: number): HealthChange | undefined {
    const target = this.targets.get(key);
    if (target === undefined || target.drainedAt > 0) return undefined;
    target.drainedAt = now + this.settings.deregistrationDelayMs;
    target.slowStartedAt = 0;
    return this.#change(target, Health.DRAINING);
  }

  /** Forgets the targets whose deregistration delay is over and gives them back; what they still answer is to be cut. */
  removeDrained(now: number): HealthChange[] {
    const removed: HealthChange[] = [];
    for (const target of this.targets.values()) {
      if (target.drainedAt === 0 || target.drainedAt > now) continue;
      this.targets.delete(target.key);
      removed.push({ target, from: target.health, to: Health.NOT_REGISTERED });
      target.health = Health.NOT_REGISTERED;
    }
    return removed;
  }

  /** Takes in a health check's result; answers the change of state or of reason that follows, if one does. */
  observe(target: Target, probe: Probe, now: number): HealthChange | undefined {
    if (this.targets.get(target.key) !== target) return undefined;
    const to = Health.observe(target.health, probe, this.thresholds);
    if (to.state === 'healthy' && target.health.state !== 'healthy') target.slowStartedAt = this.#slowStart(now);
    if (to.state === 'unhealthy') target.slowStartedAt = 0;
    return this.#change(target, to);
  }

  /**
   * The target for the next request by the group's algorithm, or `undefined` when the group has none to offer (503).
   * `random` gives numbers in [0, 1).
   */
  select(now: number, random: () => number): Target | undefined {
    return this.#rotation.select(this.settings, now, random);
  }

  /** Whether a sticky request may go to this target: it is among those that get requests now. */
  accepts(key: string): Target | undefined {
    const target = this.targets.get(key);
    return target !== undefined && this.#rotation.targets.includes(target) ? target : undefined;
  }

  /** Slow start needs a healthy target that is not in slow start; so the first ones of an empty group never ramp. */
  #slowStart(now: number): number {
    if (this.settings.slowStartMs === 0) return 0;
    const established = this.#rotation.targets.some(
      (target) => target.health.state === 'healthy' && target.slowStartedAt === 0,
    );
    return established ? now : 0;
  }

  #firstHealth(): TargetHealth {
    if (!this.inUse) return Health.NOT_IN_USE;
    return this.blueprint.healthCheck.enabled ? Health.REGISTERED : Health.CHECKS_DISABLED;
  }

  #change(target: Target, to: TargetHealth): HealthChange | undefined {
    const from = target.health;
    target.health = to;
    if (from.state !== to.state) this.#refresh();
    if (from.state === to.state && from.description === to.description) return undefined;
    return { target, from, to };
  }

  #refresh(): void {
    const registered = [...this.targets.values()].filter((target) => target.drainedAt === 0);
    const usable = registered.filter((target) => target.health.state !== 'unused');
    const healthy = usable.filter((target) => isRoutable(target.health));
    const { count, percentage } = this.settings.failOpenBelow;
    const share = usable.length === 0 ? 0 : (healthy.length / usable.length) * 100;
    const failsOpen = healthy.length < Math.max(count, 1) || share < percentage;
    this.#rotation.replace(failsOpen ? usable : healthy);
  }
}

function isRoutable(health: TargetHealth): boolean {
  return health.state === 'healthy' || health.state === 'unavailable';
}

function thresholdsOf({ healthCheck }: TargetGroup): HealthThresholds {
  return {
    healthyThresholdCount: healthCheck.healthyThresholdCount,
    unhealthyThresholdCount: healthCheck.unhealthyThresholdCount,
    matches: Health.compileMatcher(healthCheck.matcher),
  };
}
