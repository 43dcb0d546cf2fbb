export type LocalEcsErrorCode =
  /** 127.0.0.0/8 is not wholly this machine's loopback. */
  | 'LOCAL_ECS_LOOPBACK_RANGE_MISSING'
  /** Another lab has the block of addresses. */
  | 'LOCAL_ECS_ADDRESSES_TAKEN'
  /** A container's image is not built from this repository. */
  | 'LOCAL_ECS_IMAGE_NOT_RUNNABLE'
  /** The image's folder has no `src/main.ts`. */
  | 'LOCAL_ECS_PROGRAM_MISSING'
  /** The command is not one that `node` runs. */
  | 'LOCAL_ECS_COMMAND_NOT_RUNNABLE'
  /** A launch type, network mode or scheduling strategy that is not imitated. */
  | 'LOCAL_ECS_SERVICE_UNSUPPORTED'
  /** The blueprint names something that it does not contain. */
  | 'LOCAL_ECS_BLUEPRINT_INCOMPLETE'
  /** No listener rule forwards to a service's target group. */
  | 'LOCAL_ECS_TARGET_GROUP_UNUSED'
  /** A service's tasks do not start. */
  | 'LOCAL_ECS_SERVICE_FAILED'
  /** Disposed before every service was steady. */
  | 'LOCAL_ECS_STOPPED';

/** What went wrong, in one sentence that says what to do. */
export class LocalEcsError extends Error {
  override readonly name = 'LocalEcsError';
  readonly code: LocalEcsErrorCode;

  constructor(code: LocalEcsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
