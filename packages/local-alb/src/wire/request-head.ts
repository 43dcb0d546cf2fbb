import { CR, LF, TOKEN } from './characters.ts';
import { type DesyncClass, type DesyncReason, isWorse } from './desync.ts';
import { HEADERS_TOO_LARGE_STATUS } from '../core/decisions.ts';
import { readRequestLine } from './request-line.ts';
import { finishHeaders, readSpecialHeader } from './request-headers.ts';

export const REQUEST_LINE_BYTES_MAX = 16_384;
export const HEADER_BYTES_MAX = 16_384;
export const HEADERS_BYTES_MAX = 65_536;

/** A request's head as it was sent, and what the load balancer has to know of it. */
export class RequestHead {
  /** The head in latin1, without the empty line that ends it. */
  text = '';
  /** Length on the wire, the empty line included. */
  byteLength = 0;
  method = '';
  /** As sent: origin form or absolute form. */
  target = '';
  /** Without the query; of an absolute target, its path. */
  path = '/';
  /** Without the `?`; absent when there is none. */
  query: string | undefined = undefined;
  /** 9, 10 or 11. */
  version = 11;
  host: string | undefined = undefined;
  contentLength = -1;
  chunked = false;
  keepAlive = true;
  /** The protocol asked for, when `Connection: upgrade` is there. */
  upgrade: string | undefined = undefined;
  /** What `Connection` names besides close, keep-alive and upgrade: headers that do not go on. */
  connectionOptions: string | undefined = undefined;
  expectContinue = false;
  forwardedFor: string | undefined = undefined;
  traceId: string | undefined = undefined;
  /** The header lines that go on to the target unchanged. */
  passedOn = '';
  /** Status of the load balancer's refusal; 0: none. */
  rejection = 0;
  desyncClass: DesyncClass = 'Compliant';
  desyncReason: DesyncReason | undefined = undefined;
  /** Per header line: start and end of its name, start and end of its value, as offsets in `text`. */
  readonly fields: number[] = [];

  /** The target in origin form, otherwise as sent. */
  get uri(): string {
    if (this.target.charCodeAt(0) === 47 || this.target === '*') return this.target;
    return this.query === undefined ? this.path : `${this.path}?${this.query}`;
  }

  /** The values of a header, in order. `lowerCaseName` in lower case. */
  header(lowerCaseName: string): readonly string[] {
    const values: string[] = [];
    const { fields, text } = this;
    for (let i = 0; i < fields.length; i += 4) {
      const from = fields[i] as number;
      const to = fields[i + 1] as number;
      if (to - from !== lowerCaseName.length) continue;
      if (text.slice(from, to).toLowerCase() !== lowerCaseName) continue;
      values.push(text.slice(fields[i + 2], fields[i + 3]));
    }
    return values;
  }

  classify(desyncClass: DesyncClass, reason: DesyncReason): void {
    if (!isWorse(desyncClass, this.desyncClass)) return;
    this.desyncClass = desyncClass;
    this.desyncReason = reason;
  }

  reject(status: number): void {
    if (this.rejection === 0) this.rejection = status;
  }
}

/**
 * Reads a request head from `bytes`, `start` to before `end`. Answers `undefined` while the head is not complete, and a
 * head with a `rejection` for what cannot be read. The outcome does not depend on how the bytes arrived.
 */
export function parseRequestHead(bytes: Buffer, start: number, end: number): RequestHead | undefined {
  let at = start;
  // RFC 9112 §2.2: an empty line before the request line is skipped.
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
  const head = new RequestHead();
  const lineEnd = bytes.indexOf(LF, at);
  if (lineEnd < 0 || lineEnd >= end) {
    if (end - at <= REQUEST_LINE_BYTES_MAX) return undefined;
    return rejected(head, bytes, at, end, 414);
  }
  if (lineEnd - at > REQUEST_LINE_BYTES_MAX) return rejected(head, bytes, at, lineEnd, 414);
  const headEnd = findHeadEnd(bytes, lineEnd, end);
  if (headEnd === -1) {
    readRequestLine(head, lineOf(bytes, at, lineEnd));
    if (head.version === 9 && head.rejection === 0) return finishSimpleRequest(head, bytes, start, lineEnd + 1);
    if (end - lineEnd <= HEADERS_BYTES_MAX) return undefined;
    return rejected(head, bytes, at, lineEnd, HEADERS_TOO_LARGE_STATUS);
  }
  head.byteLength = headEnd - start;
  head.text = bytes.toString('latin1', at, headEnd);
  const firstLineEnd = lineEnd - at;
  readRequestLine(head, withoutCr(head.text, firstLineEnd));
  if (head.version === 9 && head.rejection === 0) return finishSimpleRequest(head, bytes, start, lineEnd + 1);
  if (bytes[lineEnd - 1] !== CR) head.classify('Acceptable', 'NonCrLfLineTermination');
  if (headEnd - lineEnd > HEADERS_BYTES_MAX + 4) head.reject(HEADERS_TOO_LARGE_STATUS);
  else readHeaders(head, bytes, at, firstLineEnd + 1);
  finishHeaders(head);
  return head;
}

/** Index after the empty line, or -1. The first of `LF CRLF` and `LF LF` counts; `from` is the index of an LF. */
function findHeadEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at >= 0 && at < end) {
    const next = bytes[at + 1];
    if (at + 1 < end && next === LF) return at + 2;
    if (at + 2 < end && next === CR && bytes[at + 2] === LF) return at + 3;
    at++;
    while (at < end && bytes[at] !== LF) at++;
  }
  return -1;
}

function readHeaders(head: RequestHead, bytes: Uint8Array, origin: number, from: number): void {
  const { text } = head;
  let at = from;
  let keptFrom = at;
  let passedOn = '';
  for (;;) {
    const lineStart = at;
    // The name, then the colon.
    while (TOKEN[bytes[origin + at] as number] === 1) at++;
    const nameEnd = at;
    const byte = bytes[origin + at] as number;
    if (at === lineStart && (byte === LF || byte === CR)) break;
    let valueEnd = text.indexOf('\n', at);
    const next = valueEnd + 1;
    if (text.charCodeAt(valueEnd - 1) === CR) valueEnd--;
    else head.classify('Acceptable', 'NonCrLfLineTermination');
    at = next;
    if (next - lineStart > HEADER_BYTES_MAX) head.reject(HEADERS_TOO_LARGE_STATUS);
    const pass =
      byte === 58 && nameEnd > lineStart
        ? readField(head, bytes, origin, lineStart, nameEnd, valueEnd)
        : readOddLine(head, text.slice(lineStart, valueEnd), lineStart, valueEnd);
    if (pass) continue;
    passedOn += text.slice(keptFrom, lineStart);
    keptFrom = next;
  }
  head.passedOn = keptFrom === from ? text.slice(from, at) : passedOn + text.slice(keptFrom, at);
  head.text = text.slice(0, at);
}

/** Records a well-named field; answers whether its line goes on as it is. */
function readField(
  head: RequestHead,
  bytes: Uint8Array,
  origin: number,
  nameStart: number,
  nameEnd: number,
  lineEnd: number,
): boolean {
  let from = nameEnd + 1;
  let to = lineEnd;
  for (let i = from; i < to; i++) {
    const byte = bytes[origin + i] as number;
    if (byte >= 32 && byte !== 127) continue;
    if (byte === 0 || byte === CR) head.classify('Severe', 'BadHeader');
    else if (byte !== 9) head.classify('Acceptable', 'NonCompliantHeader');
  }
  while (from < to && isBlank(bytes[origin + from])) from++;
  while (to > from && isBlank(bytes[origin + to - 1])) to--;
  head.fields.push(nameStart, nameEnd, from, to);
  return readSpecialHeader(head, nameStart, nameEnd, from, to);
}

/** A line that is not `name: value`: classified, and passed on only where that changes nothing in the framing. */
function readOddLine(head: RequestHead, line: string, from: number, to: number): boolean {
  if (line.includes('\0') || line.includes('\r')) head.classify('Severe', 'BadHeader');
  const colon = line.indexOf(':');
  if (line.startsWith(' ') || line.startsWith('\t')) {
    head.classify('Ambiguous', 'MultilineHeader');
    return false;
  }
  if (colon < 0) {
    head.classify('Ambiguous', 'MissingHeaderColon');
    return false;
  }
  const name = line.slice(0, colon);
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (name.trim() === '') head.classify('Ambiguous', 'EmptyHeader');
  else if (letters === 'contentlength' || letters === 'transferencoding') {
    head.classify('Ambiguous', 'SuspiciousHeader');
  } else head.classify('Acceptable', 'NonCompliantHeader');
  if (head.desyncReason === 'NonCompliantHeader') head.fields.push(from, from + colon, from + colon + 1, to);
  return head.desyncClass === 'Acceptable';
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}

function finishSimpleRequest(head: RequestHead, bytes: Buffer, start: number, end: number): RequestHead {
  head.byteLength = end - start;
  head.text = bytes.toString('latin1', start, end);
  head.keepAlive = false;
  head.passedOn = '';
  return head;
}

function rejected(head: RequestHead, bytes: Buffer, start: number, end: number, status: number): RequestHead {
  readRequestLine(head, lineOf(bytes, start, Math.min(end, start + 1024)));
  if (head.version === 9) head.version = 11;
  head.rejection = status;
  head.byteLength = end - start;
  head.keepAlive = false;
  return head;
}

function lineOf(bytes: Buffer, start: number, end: number): string {
  const line = bytes.toString('latin1', start, end);
  return withoutCr(line, line.length);
}

function withoutCr(text: string, end: number): string {
  return text.slice(0, end > 0 && text.charCodeAt(end - 1) === CR ? end - 1 : end);
}
