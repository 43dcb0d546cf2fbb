/**
 * How this package decides what AWS leaves undocumented, or documents twice. Each name is one decision; the code that
 * obeys it refers to it, and the fidelity table lists it.
 */
export const albDecisions = {
  /** Headers over 16 K each or 64 K together: the error table lists them under 400 and under 413. */
  headersTooLargeStatus: 400,
  /** A client that leaves before its response is complete is logged with 460, also when the head had been sent. */
  clientGoneStatus: 460,
  /** A client that leaves before its own request is complete is logged with 400. */
  requestBrokenOffStatus: 400,
  /** Requests whose framing or request line cannot be read are refused also in monitor mode. */
  unreadableIsRefusedInEveryMode: true,
  /** Lines without a colon or name, and continuations of folded headers, are not passed on. */
  oddHeaderLinesAreDropped: true,
  /** Plain HTTP on an HTTPS port. */
  plainHttpOnTlsStatus: 400,
  /** `AWSALBCORS` and `AWSALBTGCORS` carry `Secure` on HTTPS listeners only, as one capture of a plain listener shows. */
  corsCookieIsSecureOnPlainHttp: false,
  /** A target in its initial checks gets requests when the group fails open. */
  initialTargetsAreFailedOpenTo: true,
  /** A new target that keeps failing is `initial` until the unhealthy threshold is reached. */
  newTargetFailsAfterUnhealthyThreshold: true,
  /** `X-Forwarded-Proto` and `X-Forwarded-Port` that the client sent are overwritten. */
  forwardedProtoAndPortAreOverwritten: true,
  /**
   * A request is never sent twice. A pooled connection that the target has closed is dropped when the close is seen; one
   * that closes after the request has been written gives 502, which is how a target with too short a keep-alive shows.
   */
  requestsAreRetried: false,
  /**
   * A request without a body whose connection is refused waits this long, to the next sweep after it at most. If its target
   * leaves the rotation meanwhile, another one is chosen; else 502. On AWS the 502 comes at once, for the seconds until a dead
   * task is deregistered; here that takes milliseconds, and a killed task loses what it had in flight and nothing else.
   */
  refusedRequestsWaitMs: 100,
  /** A path that begins with `/..` leaves the root. */
  pathAboveRootStatus: 400,
  /** A forward action of which all weights are 0 sends everything to its first target group. */
  allWeightsZeroTakesFirst: true,
  /** A host-header-rewrite sees the host without its port; the port is added as for any request. */
  hostRewriteSeesPort: false,
  /** A transform replaces its first match only. */
  transformsReplaceFirstMatchOnly: true,
  /** A trace header with neither Root nor Self gets a Root and keeps its fields. */
  traceWithoutRootKeepsFields: true,
  /** `_remove_` cookies come when the target set no application cookie and the client had no valid AWSALBAPP. */
  appCookieRemovalIsSent: true,
  /** The port of a listener is the one where it answers here, in headers, redirects and Host. */
  portsAreLocal: true,
} as const;
