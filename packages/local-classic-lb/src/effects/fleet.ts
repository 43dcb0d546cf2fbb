import type { ClassicLoadBalancer } from '@switchyard/blueprint';
import { Instances } from '../core/instances.ts';
import type { HealthChange, Instance } from '../core/instances.ts';
import type { ClassicLbEvent } from '../events.ts';
import { startHealthChecks } from './health-checker.ts';

/** Registers and deregisters instances and keeps their health checks running. */
export class Fleet implements Disposable {
  readonly instances: Instances;
  readonly #loadBalancer: ClassicLoadBalancer;
  readonly #onEvent: (event: ClassicLbEvent) => void;
  readonly #checks = new Map<Instance, Disposable>();
  readonly #drains = new Map<Instance, NodeJS.Timeout>();
  readonly #cuts = new Map<Instance, Set<() => void>>();

  constructor(loadBalancer: ClassicLoadBalancer, onEvent: (event: ClassicLbEvent) => void) {
    this.#loadBalancer = loadBalancer;
    this.#onEvent = onEvent;
    this.instances = new Instances(loadBalancer.healthCheck);
  }

  register(id: string, address: string): void {
    const drained = this.instances.all.get(id);
    const change = this.instances.register(id, address);
    if (change === undefined) return;
    if (drained !== undefined) clearTimeout(this.#drains.get(drained));
    this.#tell(change);
    const { instance } = change;
    const checks = startHealthChecks(address, this.#loadBalancer.healthCheck, (isPassed) => {
      const seen = this.instances.observe(instance, isPassed);
      if (seen !== undefined) this.#tell(seen);
    });
    this.#checks.set(instance, checks);
  }

  /** What is under way may end within the draining time; without draining it is cut at once. */
  deregister(id: string): void {
    const change = this.instances.deregister(id);
    if (change === undefined) return;
    const { instance } = change;
    this.#checks.get(instance)?.[Symbol.dispose]();
    this.#checks.delete(instance);
    this.#tell(change);
    const over = (): void => {
      this.#drains.delete(instance);
      for (const cut of this.#cuts.get(instance) ?? []) cut();
      const forgotten = this.instances.forget(instance);
      if (forgotten !== undefined) this.#tell(forgotten);
    };
    const timer = setTimeout(over, (this.#loadBalancer.connectionDrainingSeconds ?? 0) * 1000);
    timer.unref();
    this.#drains.set(instance, timer);
  }

  /** Counts something as under way with an instance; `cut` ends it. Dispose of the answer when it has ended by itself. */
  begin(instance: Instance, cut: () => void): Disposable {
    const cuts = this.#cuts.get(instance) ?? new Set();
    this.#cuts.set(instance, cuts.add(cut));
    instance.outstanding += 1;
    return {
      [Symbol.dispose]: () => {
        if (cuts.delete(cut)) instance.outstanding -= 1;
        if (cuts.size === 0) this.#cuts.delete(instance);
      },
    };
  }

  [Symbol.dispose](): void {
    for (const checks of this.#checks.values()) checks[Symbol.dispose]();
    for (const timer of this.#drains.values()) clearTimeout(timer);
    for (const cuts of this.#cuts.values()) for (const cut of cuts) cut();
  }

  #tell({ instance, from, to }: HealthChange): void {
    const { name: loadBalancer } = this.#loadBalancer;
    const { description } = to;
    const change = { from: from.state, to: to.state, description };
    this.#onEvent({ kind: 'instance-health', loadBalancer, instance: instance.id, ...change });
  }
}
