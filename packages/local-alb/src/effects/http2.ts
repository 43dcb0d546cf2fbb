import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { type Duplex, duplexPair } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { BodyScanner } from '../wire/body-scanner.ts';
import { http2HeadersOf } from '../wire/http2-headers.ts';
import { parseResponseHead, RESPONSE_HEAD_BYTES_MAX, type ResponseHead } from '../wire/response-head.ts';
import { ClientConnection } from './client-connection.ts';
import type { ClientSocket } from './client.ts';
import type { ListenerRuntime, Runtime } from './runtime.ts';
import { tlsFactsOf } from './tls-server.ts';

const CONCURRENT_STREAMS_MAX = 128;
/** The target's, and what the load balancer adds to it. */
const HEAD_BYTES_MAX = 2 * RESPONSE_HEAD_BYTES_MAX;

/**
 * Serves HTTP/2 on a connection that has agreed on it, until it has had its number of requests or is past its lifetime:
 * that request is its last, and GOAWAY says so. Each stream becomes a connection of HTTP/1.1 in memory, so that
 * every request takes the one way there is through the load balancer.
 */
export function serveHttp2(socket: TLSSocket, runtime: Runtime, listener: ListenerRuntime): void {
  const session = performServerHandshake(socket, {
    settings: { maxConcurrentStreams: CONCURRENT_STREAMS_MAX },
    strictSingleValueFields: false,
  });
  const { settings, clock, http2RequestsMax } = runtime;
  const bornAtMs = clock.coarseMs;
  let requests = 0;
  runtime.connections.add(session);
  session.on('close', () => runtime.connections.delete(session));
  session.on('error', () => session.destroy());
  session.setTimeout(settings.idleTimeoutMs, () => session.close());
  const tls = tlsFactsOf(socket);
  const { remoteAddress = '', remotePort = 0 } = socket;
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const isOld = clock.coarseMs - bornAtMs >= runtime.settings.clientKeepAliveMs;
    if (++requests >= http2RequestsMax || isOld) session.close();
    const [outside, inside] = duplexPair();
    const clientSocket: ClientSocket = Object.assign(inside, { remoteAddress, remotePort });
    stream.on('error', () => outside.destroy());
    const client = new ClientConnection(clientSocket, runtime, listener, tls);
    inside.on('data', (bytes: Buffer) => client.receive(bytes));
    client.start();
    sendRequest(stream, headers, outside);
    receiveResponse(stream, headers[':method'] ?? '', { outside, inside }, session);
  });
}

function sendRequest(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, outside: Duplex): void {
  const hasBody = !stream.endAfterHeaders;
  const chunked = hasBody && headers['content-length'] === undefined;
  const host = headers[':authority'] ?? headers.host ?? '';
  let text = `${headers[':method']} ${headers[':path']} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || name === 'host') continue;
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) text += `${name}: ${one}\r\n`;
  }
  outside.write(`${text}${chunked ? 'transfer-encoding: chunked\r\n' : ''}\r\n`, 'latin1');
  stream.on('data', (piece: Buffer) => {
    if (chunked) outside.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    const ready = outside.write(piece);
    const last = chunked ? outside.write('\r\n', 'latin1') : ready;
    if (!last) stream.pause();
  });
  outside.on('drain', () => stream.resume());
  stream.on('end', () => {
    if (chunked) outside.write('0\r\n\r\n', 'latin1');
  });
  stream.on('aborted', () => outside.destroy());
}

function receiveResponse(
  stream: ServerHttp2Stream,
  method: string,
  { outside, inside }: { readonly outside: Duplex; readonly inside: Duplex },
  session: ServerHttp2Session,
): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  let body: BodyScanner | undefined;
  const pass = (bytes: Buffer, at: number): void => {
    body?.scan(bytes, at, bytes.length, (from, to) => {
      if (isOpen(stream) && !stream.write(bytes.subarray(from, to))) outside.pause();
    });
    if (body?.done === true) stream.end();
  };
  outside.on('data', (chunk: Buffer) => {
    if (head === undefined) {
      pass(chunk, 0);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const parsed = parseResponseHead(head, 0, head.length, HEAD_BYTES_MAX);
    if (parsed === undefined) return;
    const bytes = head;
    // Of interim responses only 100 comes this way, and HTTP/2 has no use for it.
    if (parsed.statusCode === 100) {
      head = bytes.subarray(parsed.byteLength);
      return;
    }
    head = undefined;
    body = new BodyScanner(parsed.framing(method));
    if (respond(stream, parsed)) pass(bytes, parsed.byteLength);
    else outside.destroy();
  });
  stream.on('drain', () => outside.resume());
  stream.on('close', () => {
    outside.destroy();
    inside.destroy();
  });
  outside.on('error', () => {});
  outside.on('close', () => {
    if (stream.destroyed || stream.writableEnded) return;
    stream.close(session.destroyed ? constants.NGHTTP2_CANCEL : constants.NGHTTP2_INTERNAL_ERROR);
  });
  outside.on('end', () => {
    if (body?.isUntilClose === true) stream.end();
    outside.destroy();
  });
}

/** Answers whether HTTP/2 could carry the head. The stream is closed if not: its client alone is told. */
function respond(stream: ServerHttp2Stream, { statusCode, passedOn }: ResponseHead): boolean {
  if (!isOpen(stream)) return false;
  try {
    stream.respond(http2HeadersOf(statusCode, passedOn));
    return true;
  } catch {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return false;
  }
}

/** Whether what is written to the stream may still go out: 204, 205 and 304 end it with their head. */
function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed && !stream.writableEnded;
}
