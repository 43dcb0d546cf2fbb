/** Why the stand-in could not start; `code` is stable, `message` one sentence that says what to do. */
export class LocalCloudMapError extends Error {
  override readonly name = 'LocalCloudMapError';
  readonly code: 'LOCAL_CLOUD_MAP_PORT_TAKEN' | 'LOCAL_CLOUD_MAP_LISTEN_FAILED' | 'LOCAL_CLOUD_MAP_OPTIONS_INVALID';

  constructor(code: LocalCloudMapError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** Says in one sentence why DNS could not be opened at `host:port`. */
export function listenError(error: unknown, host: string, port: number): LocalCloudMapError {
  const code = systemCodeOf(error);
  if (code === 'EADDRINUSE') {
    return new LocalCloudMapError(
      'LOCAL_CLOUD_MAP_PORT_TAKEN',
      `Port ${port} (UDP or TCP) on ${host}, where Cloud Map's DNS listens, is taken (by another lab or a DNS server?); stop that program or choose another port.`,
      { cause: error },
    );
  }
  const privileged = code === 'EACCES' ? 'ports below 1024 need privileges' : code;
  return new LocalCloudMapError(
    'LOCAL_CLOUD_MAP_LISTEN_FAILED',
    `Cloud Map's DNS could not listen on ${host}:${port} (${privileged}); choose an address of this machine and a free port.`,
    { cause: error },
  );
}
