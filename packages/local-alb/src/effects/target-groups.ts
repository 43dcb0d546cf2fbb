import type { Probe } from '../core/health.ts';
import { type HealthChange, type TargetGroupState } from '../core/target-group-state.ts';
import { type Target, targetKey } from '../core/target.ts';
import { targetGroupsInUse } from '../core/choose-target-group.ts';
import { HealthChecker } from './health-checker.ts';
import type { Runtime } from './runtime.ts';

/** Registers and deregisters targets, keeps their health checks running and tells of what changes. */
export class TargetGroups implements Disposable {
  readonly #runtime: Runtime;
  readonly #checkers = new Map<Target, HealthChecker>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  register(group: TargetGroupState, id: string, port: number, availabilityZone?: string): void {
    const change = group.register(id, port, availabilityZone);
    if (change === undefined) return;
    this.#tell(group, change);
    this.#check(group, change.target);
  }

  deregister(group: TargetGroupState, id: string, port: number): void {
    const change = group.deregister(targetKey(id, port), this.#runtime.clock.nowMs());
    if (change === undefined) return;
    this.#stopCheck(change.target);
    this.#runtime.drain(change.target);
    this.#tell(group, change);
    this.sweep();
  }

  /** Begins anew with a group's changed health check settings. */
  restartChecks(group: TargetGroupState): void {
    for (const target of group.targets.values()) {
      if (target.drainedAt > 0) continue;
      this.#stopCheck(target);
      this.#check(group, target);
    }
  }

  /** Looks at which groups the rules forward to now: who is not in use is not checked, and gets no requests. */
  refreshUse(): void {
    const used = targetGroupsInUse(this.#runtime.listeners.map(({ blueprint }) => blueprint));
    for (const group of this.#runtime.targetGroups.values()) {
      for (const change of group.setInUse(used.has(group.name))) {
        this.#stopCheck(change.target);
        this.#tell(group, change);
        this.#check(group, change.target);
      }
    }
  }

  /** Lets go of the targets whose deregistration delay is over. */
  sweep(): void {
    const now = this.#runtime.clock.nowMs();
    for (const group of this.#runtime.targetGroups.values()) {
      for (const change of group.removeDrained(now)) {
        this.#runtime.cut(change.target, 'the deregistration delay is over');
        this.#tell(group, change);
      }
    }
  }

  [Symbol.dispose](): void {
    for (const checker of this.#checkers.values()) checker[Symbol.dispose]();
    this.#checkers.clear();
  }

  #check(group: TargetGroupState, target: Target): void {
    if (!group.inUse || !group.blueprint.healthCheck.enabled) return;
    const onProbe = (_: Target, result: Probe): void => {
      const change = group.observe(target, result, this.#runtime.clock.nowMs());
      if (change !== undefined) this.#tell(group, change);
    };
    this.#checkers.set(target, new HealthChecker(group, target, this.#runtime.localAddress, onProbe));
  }

  #stopCheck(target: Target): void {
    this.#checkers.get(target)?.[Symbol.dispose]();
    this.#checkers.delete(target);
  }

  #tell(group: TargetGroupState, { target, from, to }: HealthChange): void {
    this.#runtime.onEvent?.({
      kind: 'target-health',
      targetGroup: group.name,
      target: target.key,
      from: from.state,
      to: to.state,
      reason: to.reason,
      description: to.description,
    });
  }
}
