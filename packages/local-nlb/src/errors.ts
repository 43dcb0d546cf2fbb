/** Why the load balancer cannot start: one sentence each that says what to do. */
export type LocalNlbErrorCode =
  | 'LOCAL_NLB_PORT_TAKEN'
  | 'LOCAL_NLB_ADDRESS_UNAVAILABLE'
  | 'LOCAL_NLB_LISTENER_UNKNOWN'
  | 'LOCAL_NLB_TARGET_GROUP_UNKNOWN'
  | 'LOCAL_NLB_PROTOCOL_UNSUPPORTED';

export class LocalNlbError extends Error {
  override readonly name = 'LocalNlbError';
  readonly code: LocalNlbErrorCode;

  constructor(code: LocalNlbErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
