import type { Failure } from '../core/retry.ts';
import { STATUS_CODES } from './node-http.ts';

/** An answer that the proxy itself gives; Envoy's words. */
export interface LocalReply {
  readonly statusCode: number;
  readonly body: string;
  /** Further headers, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly closesConnection?: true;
}

export const noHealthyUpstream: LocalReply = { statusCode: 503, body: 'no healthy upstream' };
export const requestTimeout: LocalReply = { statusCode: 504, body: 'upstream request timeout' };
export const noRoute: LocalReply = { statusCode: 404, body: '' };
export const upgradeRequired: LocalReply = { statusCode: 426, body: '', closesConnection: true };
export const badRequest: LocalReply = { statusCode: 400, body: 'Bad Request', closesConnection: true };
export const requestIncomplete: LocalReply = { statusCode: 408, body: '', closesConnection: true };
export const headersTooLarge: LocalReply = { statusCode: 431, body: '', closesConnection: true };
export const overflow: LocalReply = {
  statusCode: 503,
  body: 'upstream connect error or disconnect/reset before headers. reset reason: overflow',
  headers: { 'x-envoy-overloaded': 'true' },
};

/** Nothing was received or sent for the idle time: 504 when the request was complete, 408 when its client fell silent. */
export function idleTimeout(isRequestComplete: boolean): LocalReply {
  return { statusCode: isRequestComplete ? 504 : 408, body: 'stream timeout', closesConnection: true };
}

/** The answer when the last attempt ended in `failure`. */
export function failureReply(failure: Exclude<Failure, { kind: 'status' }>, attempts: number): LocalReply {
  const retried = attempts > 1 ? 'retried and the latest ' : '';
  return {
    statusCode: failure.kind === 'protocol-error' ? 502 : 503,
    body: `upstream connect error or disconnect/reset before headers. ${retried}reset reason: ${resetReason(failure)}`,
  };
}

/** The headers of a local reply; `date` is the caller's. */
export function localReplyHeaders(reply: LocalReply): Record<string, string> {
  return {
    ...(reply.body === '' ? {} : { 'content-type': 'text/plain' }),
    'content-length': String(reply.body.length),
    server: 'envoy',
    ...reply.headers,
    ...(reply.closesConnection ? { connection: 'close' } : {}),
  };
}

/** A local reply as bytes, for a connection that has no response object; the connection is then closed. */
export function localReplyBytes(reply: LocalReply): string {
  const headers = Object.entries({ ...localReplyHeaders(reply), connection: 'close' });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${reply.statusCode} ${reasonOf(reply)}\r\n${lines}\r\n${reply.body}`;
}

/** To be named to node, which otherwise keeps the reason that a task gave, even one that it has refused to write. */
export function reasonOf({ statusCode }: LocalReply): string {
  return STATUS_CODES[statusCode] ?? '';
}

const resetReasons = {
  'connect-timeout': 'connection timeout',
  reset: 'connection termination',
  'protocol-error': 'protocol error',
};

function resetReason(failure: Exclude<Failure, { kind: 'status' }>): string {
  return failure.kind === 'connect-failure'
    ? `connection failure, transport failure reason: delayed connect error: ${failure.reason}`
    : resetReasons[failure.kind];
}
