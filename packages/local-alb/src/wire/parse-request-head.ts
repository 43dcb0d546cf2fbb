import { CR, LF, TOKEN } from './characters.ts';
import { albDecisions } from '../core/decisions.ts';
import { RequestHead } from './request-head.ts';
import { readRequestLine } from './request-line.ts';
import { finishHeaders, readSpecialHeader } from './request-headers.ts';

const REQUEST_LINE_BYTES_MAX = 16_384;
const HEADER_BYTES_MAX = 16_384;
const HEADERS_BYTES_MAX = 65_536;

/**
 * Reads a request head from `bytes`, `start` to before `end`. Answers `undefined` while the head is not complete, and a
 * head with a `rejection` for what cannot be read. The outcome does not depend on how the bytes arrived.
 */
export function parseRequestHead(bytes: Buffer, start: number, end: number): RequestHead | undefined {
  let at = start;
  // RFC 9112 §2.2: an empty line before the request line is skipped.
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
  const head = new RequestHead();
  if (at < end && TOKEN[bytes[at] as number] !== 1) return notARequest(head, start, end);
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
    return rejected(head, bytes, at, lineEnd, albDecisions.headersTooLargeStatus);
  }
  head.byteLength = headEnd - start;
  head.text = bytes.toString('latin1', at, headEnd);
  const firstLineEnd = lineEnd - at;
  readRequestLine(head, withoutCr(head.text, firstLineEnd));
  if (head.version === 9 && head.rejection === 0) return finishSimpleRequest(head, bytes, start, lineEnd + 1);
  if (bytes[lineEnd - 1] !== CR) head.classify('Acceptable', 'NonCrLfLineTermination');
  if (headEnd - lineEnd > HEADERS_BYTES_MAX + 4) head.reject(albDecisions.headersTooLargeStatus);
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
    if (next - lineStart > HEADER_BYTES_MAX) head.reject(albDecisions.headersTooLargeStatus);
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

/** What cannot begin a method, such as a TLS handshake on a plain listener: nothing that follows would make it a request. */
function notARequest(head: RequestHead, start: number, end: number): RequestHead {
  head.method = '-';
  head.target = '/';
  head.classify('Severe', 'BadMethod');
  head.reject(400);
  head.byteLength = end - start;
  head.keepAlive = false;
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
