import type { TargetHealth } from './health.ts';

/** A registered target. Mutable: the data plane reads it for every request. */
export interface Target {
  /** `ip:port`, unique in its group. */
  readonly key: string;
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | undefined;
  health: TargetHealth;
  /** Requests that it has been sent and has not answered in full. */
  outstanding: number;
  /** Milliseconds on the caller's clock; 0: not in slow start. */
  slowStartedAt: number;
  /** When its deregistration delay ends; 0: it is not being deregistered. */
  drainedAt: number;
}

/** `ip:port`; an IPv6 address in brackets. */
export function targetKey(id: string, port: number): string {
  return id.includes(':') ? `[${id}]:${port}` : `${id}:${port}`;
}
