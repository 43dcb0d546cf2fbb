import type { TargetState } from '../core/target-refs.ts';

interface Wait {
  readonly target: string;
  /** The number of the last question that was asked before it began. */
  readonly since: number;
  readonly resolve: () => void;
}

/** Those who wait for a target to have drained, by target group. */
export class DrainWaits {
  readonly #waits = new Map<string, Wait[]>();

  has(targetGroup: string): boolean {
    return (this.#waits.get(targetGroup)?.length ?? 0) > 0;
  }

  async add(targetGroup: string, target: string, since: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waits.set(targetGroup, [...(this.#waits.get(targetGroup) ?? []), { target, since, resolve }]);
    await promise;
  }

  /** `asked`: the number of the question that `states` answer. */
  settle(targetGroup: string, states: ReadonlyMap<string, TargetState>, asked: number): void {
    const open = this.#waits.get(targetGroup) ?? [];
    this.#waits.set(
      targetGroup,
      open.filter(({ target, since, resolve }) => {
        // An answer that was under way when the wait began does not know of the deregistration.
        if (asked <= since || states.get(target)?.state === 'draining') return true;
        resolve();
        return false;
      }),
    );
  }

  /** Ends every wait. */
  end(): void {
    for (const { resolve } of [...this.#waits.values()].flat()) resolve();
  }
}
