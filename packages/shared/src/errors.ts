/** Every error code of the kit. `PEER` and `DISCOVERY` codes are what a caller of another service may see. */
export type KitErrorCode =
  | 'CONFIG_INVALID'
  | 'PEER_UNKNOWN'
  | 'PEER_UNREACHABLE'
  | 'PEER_TIMED_OUT'
  | 'PEER_UNAVAILABLE'
  | 'PEER_ANSWERED_RUBBISH'
  | 'DISCOVERY_DNS_FAILED'
  | 'DISCOVERY_DNS_TIMED_OUT'
  | 'DISCOVERY_DNS_NO_NAME'
  | 'DISCOVERY_API_FAILED'
  | 'DISCOVERY_NO_INSTANCE';

/** An error with a stable code and a message of one sentence that says what to do or where to look. */
export class KitError extends Error {
  override readonly name = 'KitError';
  readonly code: KitErrorCode;

  constructor(code: KitErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The words of anything thrown, on one line. */
export function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : String(error);
  return words.replaceAll(/\s+/gu, ' ').trim();
}

/** The `code` of a Node, undici or kit error, or the empty text. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
