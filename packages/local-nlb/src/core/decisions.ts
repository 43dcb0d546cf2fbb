/**
 * How this package decides what AWS leaves undocumented, and what one loopback interface cannot do. Each name is one decision; the code
 * that obeys it refers to it, and the fidelity table lists it.
 */
export const nlbDecisions = {
  /** The client's connection is accepted before the target's is tried: who is refused sees a reset, not a refusal. */
  acceptsBeforeTheTargetDoes: true,
  /** A preserved client address keeps its address, which must be one of this machine's, but not its port. */
  preservesClientPort: false,
  /** A flow that is idle for too long is reset at once (AWS: at the next packet). */
  resetsIdleFlowsAtOnce: true,
  /** The TCP sequence number is not seen here, so the flow hash is over the protocol, addresses and ports. */
  hashesSequenceNumber: false,
  /** Without cross-zone balancing a client meets one of the zones with healthy targets, as an answer of DNS would send it. */
  dealsZonesByFlow: true,
} as const;
