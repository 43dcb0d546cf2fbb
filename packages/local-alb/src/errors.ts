/** Why the load balancer cannot start: one sentence each that says what to do. */
export type LocalAlbErrorCode =
  | 'LOCAL_ALB_PORT_TAKEN'
  | 'LOCAL_ALB_ADDRESS_UNAVAILABLE'
  | 'LOCAL_ALB_LISTENER_UNKNOWN'
  | 'LOCAL_ALB_TARGET_GROUP_UNKNOWN'
  | 'LOCAL_ALB_PROTOCOL_UNSUPPORTED';

export class LocalAlbError extends Error {
  override readonly name = 'LocalAlbError';
  readonly code: LocalAlbErrorCode;

  constructor(code: LocalAlbErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
