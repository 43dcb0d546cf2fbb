import { STATUS_CODES } from '../http/node-http.ts';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problem } from './problem.ts';

const ANSWERS: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'SERVICE_HEADERS_TOO_LARGE', "The request's headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'SERVICE_REQUEST_TIMED_OUT', 'The request was not complete in time.'],
};

/** Answers what Node's HTTP parser refuses, before there is a request: with a problem body, then closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, detail] = ANSWERS[error.code ?? ''] ?? [400, 'SERVICE_REQUEST_INVALID', 'This is not HTTP/1.1.'];
  const body = JSON.stringify(problem(status, code, detail));
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
