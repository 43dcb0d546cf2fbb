export type ServiceConnectErrorCode =
  /** Another process or proxy holds the alias's address and port. */
  | 'SERVICE_CONNECT_ADDRESS_TAKEN'
  /** The machine lacks the loopback address. */
  | 'SERVICE_CONNECT_ADDRESS_UNAVAILABLE'
  /** Aliases that cannot be told apart by `Host` were given one address and port. */
  | 'SERVICE_CONNECT_ADDRESS_SHARED';

export class ServiceConnectError extends Error {
  override readonly name = 'ServiceConnectError';
  readonly code: ServiceConnectErrorCode;

  constructor(code: ServiceConnectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
