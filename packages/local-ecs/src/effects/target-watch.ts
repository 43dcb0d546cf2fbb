import type { TargetState } from '../core/target-refs.ts';
import { DrainWaits } from './drain-waits.ts';

/** How often targets are asked for: quickly while a target is about to change, less so when that takes long, slowly otherwise. */
const QUICK_MS = 40;
const PATIENT_MS = 250;
const STEADY_MS = 1000;
const QUICK_ASKS_MAX = 100;

/** A target group, or something like it. */
export interface WatchedGroup {
  readonly name: string;
  /** Asks for the state of its targets, by their keys. */
  states(): Promise<ReadonlyMap<string, TargetState>>;
}

export interface TargetWatch {
  /** Asks soon, and quickly from now on while {@link TargetWatchOptions.isPending} says so. */
  hurry(targetGroup: string): void;
  /** Resolves when the target is no longer draining; at once when it is not known. */
  drained(targetGroup: string, target: string): Promise<void>;
  close(): void;
}

export interface TargetWatchOptions {
  readonly groups: readonly WatchedGroup[];
  /** Every answer, as `address:port` → state. */
  readonly onStates: (targetGroup: string, states: ReadonlyMap<string, TargetState>) => void;
  /** Whether somebody waits for this group's targets to change. */
  readonly isPending: (targetGroup: string) => boolean;
}

export function createTargetWatch(options: TargetWatchOptions): TargetWatch {
  const timers = new Map<string, { timer: NodeJS.Timeout; dueMs: number }>();
  const waits = new DrainWaits();
  const quickAsks = new Map<string, number>();
  let asks = 0;
  const asking = new Set<string>();
  let closed = false;

  const schedule = (group: WatchedGroup, delayMs: number): void => {
    if (closed) return;
    const dueMs = performance.now() + delayMs;
    const planned = timers.get(group.name);
    if (asking.has(group.name) || (planned !== undefined && planned.dueMs <= dueMs)) return;
    clearTimeout(planned?.timer);
    timers.set(group.name, { timer: setTimeout(() => void ask(group), delayMs), dueMs });
  };
  const ask = async (group: WatchedGroup): Promise<void> => {
    timers.delete(group.name);
    asking.add(group.name);
    asks += 1;
    const number = asks;
    let delayMs = STEADY_MS;
    try {
      const states = await group.states();
      waits.settle(group.name, states, number);
      options.onStates(group.name, states);
      const isPending = options.isPending(group.name) || waits.has(group.name);
      const quick = isPending ? (quickAsks.get(group.name) ?? 0) + 1 : 0;
      quickAsks.set(group.name, quick);
      delayMs = !isPending ? STEADY_MS : quick > QUICK_ASKS_MAX ? PATIENT_MS : QUICK_MS;
    } catch {
      // The endpoint does not answer: what was known stays, and it is asked again.
    }
    asking.delete(group.name);
    schedule(group, delayMs);
  };
  const groupOf = (name: string): WatchedGroup | undefined => options.groups.find((group) => group.name === name);

  return {
    hurry(name) {
      const group = groupOf(name);
      quickAsks.delete(name);
      if (group !== undefined) schedule(group, QUICK_MS / 4);
    },
    async drained(name, target) {
      const group = groupOf(name);
      if (group === undefined || closed) return;
      const drained = waits.add(name, target, asks);
      schedule(group, 0);
      await drained;
    },
    close() {
      closed = true;
      for (const { timer } of timers.values()) clearTimeout(timer);
      waits.end();
    },
  };
}
