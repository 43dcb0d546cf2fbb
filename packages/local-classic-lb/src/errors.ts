/** Why the load balancer cannot start: one sentence each that says what to do. */
export type LocalClassicLbErrorCode =
  | 'LOCAL_CLASSIC_LB_PORT_TAKEN'
  | 'LOCAL_CLASSIC_LB_ADDRESS_UNAVAILABLE'
  | 'LOCAL_CLASSIC_LB_LISTENER_UNKNOWN'
  | 'LOCAL_CLASSIC_LB_PROTOCOL_UNSUPPORTED';

export class LocalClassicLbError extends Error {
  override readonly name = 'LocalClassicLbError';
  readonly code: LocalClassicLbErrorCode;

  constructor(code: LocalClassicLbErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
