import type { TargetGroupSettings } from './attributes.ts';
import type { Target } from './target.ts';

/** The targets that get requests now, and whose turn it is. */
export class Rotation {
  #targets: readonly Target[] = [];
  #ramping = false;
  #cursor = 0;

  get targets(): readonly Target[] {
    return this.#targets;
  }

  replace(targets: readonly Target[]): void {
    this.#targets = targets;
    this.#ramping = targets.some((target) => target.slowStartedAt > 0);
  }

  /** By the group's algorithm; `undefined` when there is no target. `random` gives numbers in [0, 1). */
  select(settings: TargetGroupSettings, now: number, random: () => number): Target | undefined {
    const count = this.#targets.length;
    if (count === 0) return undefined;
    if (settings.algorithm === 'weighted_random') return this.#targets[Math.floor(random() * count)];
    if (settings.algorithm === 'least_outstanding_requests') return this.#leastOutstanding();
    return this.#ramping ? this.#selectRamping(settings.slowStartMs, now, random) : this.#next();
  }

  #next(): Target | undefined {
    const at = this.#cursor < this.#targets.length ? this.#cursor : 0;
    this.#cursor = at + 1;
    return this.#targets[at];
  }

  #leastOutstanding(): Target | undefined {
    let best = this.#next();
    for (const target of this.#targets) if (best === undefined || target.outstanding < best.outstanding) best = target;
    return best;
  }

  /** A target in slow start takes its turn with a probability that grows linearly to 1 over the period. */
  #selectRamping(slowStartMs: number, now: number, random: () => number): Target | undefined {
    this.#ramping = this.#targets.some((target) => target.slowStartedAt > 0);
    for (let tries = 0; tries < this.#targets.length; tries++) {
      const target = this.#next();
      if (target === undefined || target.slowStartedAt === 0) return target;
      const share = (now - target.slowStartedAt) / slowStartMs;
      if (share >= 1) target.slowStartedAt = 0;
      if (share >= 1 || random() < share) return target;
    }
    return this.#next();
  }
}
