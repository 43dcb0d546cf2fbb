export type ComposeErrorCode =
  | 'COMPOSE_BLUEPRINT_UNREADABLE'
  | 'COMPOSE_VARIABLE_MISSING'
  | 'COMPOSE_PORT_INVALID'
  | 'COMPOSE_ROLE_UNKNOWN'
  | 'COMPOSE_LOAD_BALANCER_MISSING';

/** Why a container of the lab cannot start, in one sentence that says what to do. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  readonly code: ComposeErrorCode;

  constructor(code: ComposeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
