/** What the load balancer tells whoever started it. */
export type NlbEvent = FlowEvent | TargetHealthEvent;

/** A flow that has ended. A Network Load Balancer logs none; flow logs have them. */
export interface FlowEvent {
  readonly kind: 'flow';
  readonly loadBalancer: string;
  /** The listener's port in the blueprint. */
  readonly listenerPort: number;
  /** `address:port`. */
  readonly client: string;
  /** As registered: `address:port` or `instance:port`; absent when there was none. */
  readonly target: string | undefined;
  readonly targetGroup: string;
  readonly bytesFromClient: number;
  readonly bytesFromTarget: number;
  readonly ms: number;
  readonly ended: FlowEnd;
}

export type FlowEnd =
  | 'closed'
  | 'no-target'
  | 'refused'
  | 'idle'
  | 'reset'
  | 'target-unhealthy'
  | 'target-deregistered'
  | 'stopping';

/** A target has changed its state, or the reason for it. */
export interface TargetHealthEvent {
  readonly kind: 'target-health';
  readonly targetGroup: string;
  /** `address:port` or `instance:port`. */
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** ELBv2's reason code; absent when healthy. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
}
