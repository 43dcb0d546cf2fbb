import { performance } from 'node:perf_hooks';
import { keyOf } from '../core/target-group-state.ts';
import type { HealthChange, Target, TargetGroupState } from '../core/target-group-state.ts';
import type { FlowEnd, NlbEvent } from '../events.ts';
import type { Flow } from './flow.ts';
import { startHealthChecks } from './health-checker.ts';

export interface TargetGroupsOptions {
  /** Of the first listener: `address:port`. */
  readonly node: () => string;
  readonly onEvent: (event: NlbEvent) => void;
}

/** Registers and deregisters targets, keeps their health checks running, and cuts flows whose target is gone. */
export class TargetGroups implements Disposable {
  readonly flows = new Set<Flow>();
  readonly #options: TargetGroupsOptions;
  readonly #checks = new Map<Target, Disposable>();
  readonly #delays = new Map<Target, NodeJS.Timeout>();

  constructor(options: TargetGroupsOptions) {
    this.#options = options;
  }

  register(group: TargetGroupState, given: Omit<Target, 'health'>): void {
    const known = group.targets.get(keyOf(given));
    const change = group.register(given);
    if (change === undefined) return;
    if (known !== undefined) this.#endDelay(known);
    this.#tell(group, change);
    const { healthCheck } = group.blueprint;
    if (!group.inUse || !healthCheck.enabled) return;
    const { target } = change;
    const checks = startHealthChecks({ ...target, node: this.#options.node() }, healthCheck, (probe) => {
      const seen = group.observe(target, probe);
      if (seen !== undefined) this.#tell(group, seen);
      if (seen?.to.state === 'unhealthy' && group.terminatesUnhealthy && !group.failsOpen)
        this.cut(target, 'target-unhealthy');
    });
    this.#checks.set(target, checks);
  }

  deregister(group: TargetGroupState, id: string, port: number): void {
    const change = group.deregister(id, port);
    if (change === undefined) return;
    const { target } = change;
    this.#checks.get(target)?.[Symbol.dispose]();
    this.#checks.delete(target);
    this.#tell(group, change);
    const over = (): void => {
      this.#delays.delete(target);
      const forgotten = group.forget(target);
      if (forgotten === undefined) return;
      if (group.settings.connectionTermination) this.cut(target, 'target-deregistered');
      this.#tell(group, forgotten);
    };
    const timer = setTimeout(over, group.settings.deregistrationDelaySeconds * 1000);
    timer.unref();
    this.#delays.set(target, timer);
  }

  cut(target: Target, ended: FlowEnd): void {
    for (const flow of this.flows) if (flow.target === target) flow.cut(ended);
  }

  [Symbol.dispose](): void {
    for (const checks of this.#checks.values()) checks[Symbol.dispose]();
    for (const timer of this.#delays.values()) clearTimeout(timer);
    for (const flow of this.flows) flow.cut('stopping');
  }

  #endDelay(target: Target): void {
    clearTimeout(this.#delays.get(target));
    this.#delays.delete(target);
  }

  #tell(group: TargetGroupState, { target, from, to }: HealthChange): void {
    this.#options.onEvent({
      kind: 'target-health',
      targetGroup: group.blueprint.name,
      target: keyOf(target),
      from: from.state,
      to: to.state,
      reason: to.reason,
      description: to.description,
    });
  }
}

/** Milliseconds since some moment, never going back. */
export const now = (): number => performance.now();
