import { observe } from '../core/watched.ts';
import type { Change, Probe, Sight, Watched } from '../core/watched.ts';
import { createHealthProbe } from './health-probe.ts';
import type { HealthPath } from './health-probe.ts';

/** A hung container keeps its task; only its health says so. */
const PROBE_TIMEOUT_MS = 2000;

export interface ContainerWatchOptions {
  /** The addresses that the service's containers have now; `undefined`: nobody could say. */
  readonly lookUp: () => Promise<readonly string[] | undefined>;
  readonly health: HealthPath;
  /** Between two looks, and between two questions to one container. */
  readonly intervalMs: number;
  readonly onChange: (change: Change) => void;
}

/** Follows the containers of one service until it is disposed of. */
export class ContainerWatch implements Disposable {
  readonly #options: ContainerWatchOptions;
  readonly #probes = new Map<string, { last: Probe; ask: () => Promise<void>; stop: () => void }>();
  #watched: Watched = new Map();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #disposed = false;

  constructor(options: ContainerWatchOptions) {
    this.#options = options;
  }

  /** Looks now; resolves when that is done. One look at a time. */
  async look(): Promise<void> {
    this.#looking ??= this.#look();
    await this.#looking;
  }

  /** The process at this address asks for something: looks anew whose it is, and whether it is still the one that was known. */
  async noteCaller(address: string): Promise<void> {
    // One that is under way may have begun before the container was there.
    await this.#looking;
    await this.look();
    await this.#probes.get(address)?.ask();
    if (!this.#disposed) this.#see({ kind: 'caller', address });
  }

  isServing(address: string): boolean {
    return this.#probes.get(address)?.last === 'serving';
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const { stop } of this.#probes.values()) stop();
    this.#probes.clear();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const addresses = await this.#options.lookUp();
    this.#looking = undefined;
    if (this.#disposed) return;
    if (addresses !== undefined) this.#see({ kind: 'names', addresses });
    this.#timer = setTimeout(() => void this.look(), this.#options.intervalMs);
  }

  #see(sight: Sight): void {
    const { watched, changes } = observe(this.#watched, sight);
    this.#watched = watched;
    for (const [address, { stop }] of this.#probes) {
      if (watched.has(address)) continue;
      stop();
      this.#probes.delete(address);
    }
    for (const address of watched.keys()) if (!this.#probes.has(address)) this.#startProbing(address);
    for (const change of changes) this.#options.onChange(change);
  }

  #startProbing(address: string): void {
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      timer = undefined;
      const seen = await probe.ask(PROBE_TIMEOUT_MS);
      if (stopped) return;
      record.last = seen;
      this.#see({ kind: 'probe', address, probe: seen });
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), this.#options.intervalMs);
    };
    // Between two questions only: one that is under way finds out by itself.
    const probe = createHealthProbe(address, this.#options.health, () => {
      if (timer !== undefined && !stopped) void ask();
    });
    const record = {
      last: 'silent' as Probe,
      ask,
      stop: (): void => {
        stopped = true;
        clearTimeout(timer);
        probe[Symbol.dispose]();
      },
    };
    this.#probes.set(address, record);
    void ask();
  }
}
