import { STATUS_CODES } from '../http/node-http.ts';

/** The media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An RFC 9457 problem. `code` is stable, `detail` a sentence for a person. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance?: string;
  readonly traceId?: string;
  /** Of a 400: one sentence per thing that is wrong. */
  readonly problems?: readonly string[];
  readonly [extension: string]: unknown;
}

/** Throw it in a route to answer with this status, code and sentence; `extensions` become members of the problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly statusCode: number;
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(statusCode: number, code: string, detail: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.code = code;
    this.extensions = extensions;
  }
}

/** The problem that a thrown value is answered with. Of an unexpected one nothing is given away but the status. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return problem(error.statusCode, error.code, error.message, error.extensions);
  const status = statusOf(error);
  if (error instanceof Error && status < 500) return problem(status, codeOfClientError(error), error.message);
  if (status === 503 && error instanceof Error)
    return problem(503, codeOfClientError(error), 'The service did not answer in time; try again.');
  return problem(
    500,
    'SERVICE_FAILED',
    'The service failed unexpectedly; its log has the reason under this request id.',
  );
}

export function problem(
  status: number,
  code: string,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, ...extensions };
}

/** Of a request whose body has not arrived in time: its client was slow, not this service. */
export function incompleteRequest(): Problem {
  return problem(408, 'SERVICE_REQUEST_TIMED_OUT', 'The request was not complete in time.');
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

const CODES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'SERVICE_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'SERVICE_MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'SERVICE_BODY_EMPTY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'SERVICE_BODY_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'SERVICE_BODY_INVALID',
  FST_ERR_BAD_URL: 'SERVICE_URL_INVALID',
  FST_ERR_HANDLER_TIMEOUT: 'SERVICE_TIMED_OUT',
};

function codeOfClientError(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CODES[code] ?? 'SERVICE_REQUEST_INVALID';
}
