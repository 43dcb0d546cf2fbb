/**
 * How this package decides what AWS leaves undocumented, and what one process cannot do. Each name is one decision; the code that obeys it
 * refers to it, and the fidelity table lists it.
 */
export const classicDecisions = {
  /** A new instance is in service with its first success; the healthy threshold counts for one that failed. */
  newInstanceNeedsOneSuccess: true,
  /** There is one node for all zones, as with cross-zone balancing on. */
  hasOneNodeForAllZones: true,
  /** A connection that is refused is tried once with another instance before the client gets 503; a request that was written is never sent twice. */
  refusedConnectionsAreRetried: true,
} as const;
