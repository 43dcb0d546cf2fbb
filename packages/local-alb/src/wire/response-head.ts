import { CR, LF, TOKEN } from './characters.ts';
import type { Framing } from './body-scanner.ts';

export const RESPONSE_HEAD_BYTES_MAX = 32_768;
/** What RFC 9110 §5.5 calls dangerous in a field's value; a CR that ends its line is none. */
const DANGEROUS = /\0|\r(?!\n)/;

/** A target's response head, and what the load balancer has to know of it. */
export class ResponseHead {
  byteLength = 0;
  statusCode = 0;
  reason = '';
  /** 10 or 11. */
  version = 11;
  contentLength = -1;
  chunked = false;
  keepAlive = true;
  upgrade: string | undefined = undefined;
  hasDate = false;
  /** Values of `Set-Cookie`, as they are. */
  setCookies: string[] | undefined = undefined;
  /** The header lines that go on to the client unchanged. */
  passedOn = '';
  /** What the target does wrong, or `undefined`. */
  fault: string | undefined = undefined;

  /** How the body that follows is delimited. */
  framing(requestMethod: string): Framing {
    const { statusCode } = this;
    if (requestMethod === 'HEAD' || statusCode === 204 || statusCode === 304 || statusCode < 200) return NO_BODY;
    if (this.chunked) return { kind: 'chunked' };
    if (this.contentLength >= 0) return { kind: 'length', length: this.contentLength };
    return { kind: 'close' };
  }
}

const NO_BODY: Framing = { kind: 'length', length: 0 };

/** Reads a response head; `undefined` while it is not complete; a head with a `fault` for what an ALB answers with 502. */
export function parseResponseHead(
  bytes: Buffer,
  start: number,
  end: number,
  bytesMax = RESPONSE_HEAD_BYTES_MAX,
): ResponseHead | undefined {
  let lineEnd = bytes.indexOf(LF, start);
  if (lineEnd >= end) lineEnd = -1;
  if (lineEnd < 0 && end - start <= bytesMax) return startsLikeHttp(bytes, start, end);
  const headEnd = lineEnd < 0 ? -1 : findEnd(bytes, lineEnd, end);
  if (headEnd < 0 && end - start <= bytesMax) return startsLikeHttp(bytes, start, end);
  const head = new ResponseHead();
  if (headEnd < 0 || headEnd - start > bytesMax) {
    head.fault = 'its head is larger than 32 K';
    return head;
  }
  head.byteLength = headEnd - start;
  const text = bytes.toString('latin1', start, headEnd);
  if (DANGEROUS.test(text)) head.fault = 'its head has a NUL, or a CR that ends no line';
  else readStatusLine(head, text, lineEnd - start);
  if (head.fault === undefined) readLines(head, text, bytes, start, lineEnd - start + 1);
  return head;
}

/** Rubbish is refused as soon as it shows, not only when its head is complete. */
function startsLikeHttp(bytes: Buffer, start: number, end: number): ResponseHead | undefined {
  const length = Math.min(end - start, 5);
  if (bytes.toString('latin1', start, start + length) === 'HTTP/'.slice(0, length)) return undefined;
  const head = new ResponseHead();
  head.fault = 'it does not begin with HTTP/';
  return head;
}

function findEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const next = bytes[at + 1];
    if (at + 1 < end && next === LF) return at + 2;
    if (at + 2 < end && next === CR && bytes[at + 2] === LF) return at + 3;
    at++;
    while (at < end && bytes[at] !== LF) at++;
  }
  return -1;
}

/** `HTTP/1.x NNN[ reason]`. */
function readStatusLine(head: ResponseHead, text: string, lineEnd: number): void {
  const minor = text.charCodeAt(7);
  const a = text.charCodeAt(9) - 48;
  const b = text.charCodeAt(10) - 48;
  const c = text.charCodeAt(11) - 48;
  const after = text.charCodeAt(12);
  const digits = a >= 1 && a <= 9 && b >= 0 && b <= 9 && c >= 0 && c <= 9;
  const known = text.startsWith('HTTP/1.') && (minor === 48 || minor === 49) && text.charCodeAt(8) === 32;
  if (!known || !digits || (after !== 32 && after !== CR && after !== LF)) {
    head.fault = 'its status line is malformed';
    return;
  }
  head.statusCode = a * 100 + b * 10 + c;
  head.version = minor === 49 ? 11 : 10;
  head.keepAlive = minor === 49;
  if (after === 32) head.reason = text.slice(13, text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd);
}

function readLines(head: ResponseHead, text: string, bytes: Buffer, origin: number, from: number): void {
  let at = from;
  let keptFrom = from;
  let passedOn = '';
  for (;;) {
    const lineStart = at;
    while (TOKEN[bytes[origin + at] as number] === 1) at++;
    const nameEnd = at;
    const byte = text.charCodeAt(at);
    if (nameEnd === lineStart && (byte === CR || byte === LF)) break;
    const lineEnd = text.indexOf('\n', at);
    at = lineEnd + 1;
    if (nameEnd === lineStart || byte !== 58) {
      head.fault = 'a header line is malformed';
      return;
    }
    if (readSpecial(head, text, lineStart, nameEnd, lineEnd)) continue;
    passedOn += text.slice(keptFrom, lineStart);
    keptFrom = at;
  }
  head.passedOn = passedOn + text.slice(keptFrom, at);
  if (head.chunked && head.contentLength >= 0) head.fault = 'it has both Content-Length and Transfer-Encoding';
}

/** Answers whether the line goes on to the client as it is. */
function readSpecial(head: ResponseHead, text: string, from: number, nameEnd: number, lineEnd: number): boolean {
  switch (nameEnd - from) {
    case 4:
      if (isNamed(text, from, nameEnd, 'date')) head.hasDate = true;
      return true;
    case 7:
      if (!isNamed(text, from, nameEnd, 'upgrade')) return true;
      head.upgrade = valueOf(text, nameEnd, lineEnd);
      return false;
    case 10:
      if (isNamed(text, from, nameEnd, 'set-cookie')) (head.setCookies ??= []).push(valueOf(text, nameEnd, lineEnd));
      else if (isNamed(text, from, nameEnd, 'connection')) return readConnection(head, valueOf(text, nameEnd, lineEnd));
      else if (isNamed(text, from, nameEnd, 'keep-alive')) return false;
      return true;
    case 14:
      return !isNamed(text, from, nameEnd, 'content-length') || readLength(head, valueOf(text, nameEnd, lineEnd));
    case 16:
      return !isNamed(text, from, nameEnd, 'proxy-connection');
    case 17:
      return !isNamed(text, from, nameEnd, 'transfer-encoding') || readEncoding(head, valueOf(text, nameEnd, lineEnd));
    default:
      return true;
  }
}

function readConnection(head: ResponseHead, value: string): boolean {
  for (const part of value.toLowerCase().split(',')) {
    const option = part.trim();
    if (option === 'close') head.keepAlive = false;
    else if (option === 'keep-alive') head.keepAlive = true;
  }
  return false;
}

function readLength(head: ResponseHead, value: string): boolean {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
  if (length < 0 || (head.contentLength >= 0 && head.contentLength !== length)) {
    head.fault = 'its Content-Length is malformed';
  }
  const first = head.contentLength < 0;
  head.contentLength = length;
  return first;
}

function readEncoding(head: ResponseHead, value: string): boolean {
  const coding = value.toLowerCase();
  if (coding === 'identity') return false;
  if (coding !== 'chunked' || head.chunked) head.fault = 'its Transfer-Encoding is not chunked';
  head.chunked = true;
  return false;
}

function isNamed(text: string, from: number, to: number, lowerCaseName: string): boolean {
  return text.slice(from, to).toLowerCase() === lowerCaseName;
}

function valueOf(text: string, nameEnd: number, lineEnd: number): string {
  return text.slice(nameEnd + 1, lineEnd).trim();
}
