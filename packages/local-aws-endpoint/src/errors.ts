/** Why the endpoint could not open; `code` is stable, `message` one sentence that says what to do. */
export class LocalAwsEndpointError extends Error {
  override readonly name = 'LocalAwsEndpointError';
  readonly code: 'LOCAL_AWS_ENDPOINT_PORT_TAKEN' | 'LOCAL_AWS_ENDPOINT_LISTEN_FAILED';

  constructor(code: LocalAwsEndpointError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Says in one sentence why `host:port` could not be opened. */
export function listenError(error: unknown, host: string, port: number): LocalAwsEndpointError {
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (systemCode === 'EADDRINUSE') {
    return new LocalAwsEndpointError(
      'LOCAL_AWS_ENDPOINT_PORT_TAKEN',
      `Port ${port} on ${host}, where the AWS API endpoint listens, is taken (by another lab, LocalStack or moto?); stop that program or choose another port.`,
      { cause: error },
    );
  }
  return new LocalAwsEndpointError(
    'LOCAL_AWS_ENDPOINT_LISTEN_FAILED',
    `The AWS API endpoint could not listen on ${host}:${port} (${systemCode}); choose an address of this machine and a free port.`,
    { cause: error },
  );
}
