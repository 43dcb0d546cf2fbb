import { knownHealth, observe } from './instance-state.ts';
import type { InstanceHealth } from './instance-state.ts';

export interface Instance {
  readonly id: string;
  /** Where it is on this machine. */
  readonly address: string;
  health: InstanceHealth;
  /** Requests or connections that are under way. */
  outstanding: number;
  isDraining: boolean;
}

export interface HealthChange {
  readonly instance: Instance;
  readonly from: InstanceHealth;
  readonly to: InstanceHealth;
}

/** The instances of one load balancer, and which of them is next. */
export class Instances {
  readonly all = new Map<string, Instance>();
  readonly #thresholds: { readonly healthyThreshold: number; readonly unhealthyThreshold: number };
  #turn = 0;

  constructor(thresholds: { readonly healthyThreshold: number; readonly unhealthyThreshold: number }) {
    this.#thresholds = thresholds;
  }

  /** `undefined` when it is there already. One that drains begins anew. */
  register(id: string, address: string): HealthChange | undefined {
    const known = this.all.get(id);
    if (known !== undefined && !known.isDraining) return undefined;
    const instance = { id, address, health: knownHealth.registering, outstanding: 0, isDraining: false };
    this.all.set(id, instance);
    return { instance, from: known?.health ?? knownHealth.notRegistered, to: instance.health };
  }

  /** Begins draining; `undefined` when it is not registered. */
  deregister(id: string): HealthChange | undefined {
    const instance = this.all.get(id);
    if (instance === undefined || instance.isDraining) return undefined;
    instance.isDraining = true;
    return change(instance, knownHealth.draining);
  }

  /** Ends draining. */
  forget(instance: Instance): HealthChange | undefined {
    if (this.all.get(instance.id) !== instance) return undefined;
    this.all.delete(instance.id);
    return change(instance, knownHealth.notRegistered);
  }

  /** Takes in a health check's result; answers the change of state or description that follows, if one does. */
  observe(instance: Instance, isPassed: boolean): HealthChange | undefined {
    if (instance.isDraining || this.all.get(instance.id) !== instance) return undefined;
    const to = observe(instance.health, isPassed, this.#thresholds);
    const isSame = to.state === instance.health.state && to.description === instance.health.description;
    const changed = change(instance, to);
    return isSame ? undefined : changed;
  }

  /** For a request: the instance with the fewest under way; between equals they take turns. */
  leastOutstanding(except?: Instance): Instance | undefined {
    const candidates = this.#inTurn(except);
    return candidates.toSorted((one, other) => one.outstanding - other.outstanding)[0];
  }

  /** For a connection: the next in turn. */
  roundRobin(except?: Instance): Instance | undefined {
    return this.#inTurn(except)[0];
  }

  /** The instance of that id, if it gets requests. */
  inService(id: string): Instance | undefined {
    const instance = this.all.get(id);
    return instance !== undefined && isInService(instance) ? instance : undefined;
  }

  #inTurn(except: Instance | undefined): Instance[] {
    const candidates = [...this.all.values()].filter((each) => each !== except && isInService(each));
    if (candidates.length === 0) return [];
    const first = this.#turn % candidates.length;
    this.#turn += 1;
    return [...candidates.slice(first), ...candidates.slice(0, first)];
  }
}

function isInService({ health, isDraining }: Instance): boolean {
  return health.state === 'InService' && !isDraining;
}

function change(instance: Instance, to: InstanceHealth): HealthChange {
  const from = instance.health;
  instance.health = to;
  return { instance, from, to };
}
