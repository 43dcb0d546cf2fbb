/** What the load balancer tells whoever started it. */
export type ClassicLbEvent = ClassicRequestEvent | ClassicConnectionEvent | InstanceHealthEvent;

export interface ClassicRequestEvent {
  readonly kind: 'request';
  readonly loadBalancer: string;
  readonly listenerPort: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** `address:port` of the instance; absent when the load balancer answered by itself. */
  readonly target: string | undefined;
  readonly ms: number;
}

/** A connection through a TCP listener that has ended. */
export interface ClassicConnectionEvent {
  readonly kind: 'connection';
  readonly loadBalancer: string;
  readonly listenerPort: number;
  readonly target: string | undefined;
  readonly ms: number;
}

export interface InstanceHealthEvent {
  readonly kind: 'instance-health';
  readonly loadBalancer: string;
  readonly instance: string;
  readonly from: string;
  readonly to: string;
  readonly description: string;
}
