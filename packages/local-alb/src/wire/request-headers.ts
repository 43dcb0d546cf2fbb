import type { RequestHead } from './request-head.ts';

const DIGITS = /^\d{1,15}$/;
const CODINGS = /^[!#$%&'*+\-.^_`|~0-9a-z]+(?:[ \t]*,[ \t]*[!#$%&'*+\-.^_`|~0-9a-z]+)*$/i;
const FORWARDED_FOR_ADDRESSES_MAX = 30;

/**
 * Takes in a header that the load balancer acts upon. Answers whether the line goes on to the target as it is: no for
 * what belongs to the client's connection and for what the load balancer writes itself.
 */
export function readSpecialHeader(
  head: RequestHead,
  nameStart: number,
  nameEnd: number,
  from: number,
  to: number,
): boolean {
  const { text } = head;
  switch (nameEnd - nameStart) {
    case 4:
    case 6:
    case 7:
    case 10:
    case 14:
    case 15:
    case 16:
    case 17:
      return readKnown(head, text.slice(nameStart, nameEnd).toLowerCase(), text, from, to);
    default:
      return true;
  }
}

function readKnown(head: RequestHead, name: string, text: string, from: number, to: number): boolean {
  switch (name) {
    case 'host':
      return readHost(head, text.slice(from, to));
    case 'expect':
      head.expectContinue = text.slice(from, to).toLowerCase() === '100-continue';
      return !head.expectContinue;
    case 'connection':
      return readConnection(head, text.slice(from, to).toLowerCase());
    case 'upgrade':
    case 'keep-alive':
    case 'proxy-connection':
    case 'x-forwarded-port':
    case 'x-forwarded-proto':
      return false;
    case 'content-length':
      return readContentLength(head, text.slice(from, to));
    case 'transfer-encoding':
      return readTransferEncoding(head, text.slice(from, to));
    case 'x-forwarded-for':
      head.forwardedFor = joined(head.forwardedFor, text.slice(from, to));
      return false;
    case 'x-amzn-trace-id':
      head.traceId ??= text.slice(from, to);
      return false;
    default:
      return true;
  }
}

/** A redirect copies it, and a log quotes it. Not whether there is such a host: that rules decide. */
const HOST = /^[\x21-\x7e]*$/;

function readHost(head: RequestHead, value: string): boolean {
  if (head.target.charCodeAt(0) === 47 || head.host === undefined) {
    if (head.host !== undefined || !HOST.test(value)) head.reject(400);
    head.host = value;
  }
  return false;
}

function readConnection(head: RequestHead, value: string): boolean {
  for (const part of value.split(',')) {
    const option = part.trim();
    if (option === 'close') head.keepAlive = false;
    else if (option === 'keep-alive') head.keepAlive = true;
    else if (option === 'upgrade') head.upgrade = head.header('upgrade')[0] ?? '';
    else if (option !== '') head.connectionOptions = joined(head.connectionOptions, option);
  }
  return false;
}

function readContentLength(head: RequestHead, value: string): boolean {
  if (!DIGITS.test(value)) {
    head.classify('Severe', 'BadContentLength');
    head.reject(400);
    return false;
  }
  const length = Number(value);
  if (head.contentLength >= 0) {
    if (head.contentLength === length) head.classify('Ambiguous', 'DuplicateContentLength');
    else {
      head.classify('Severe', 'MultipleContentLength');
      head.reject(400);
    }
    return false;
  }
  head.contentLength = length;
  return true;
}

function readTransferEncoding(head: RequestHead, value: string): boolean {
  const coding = value.toLowerCase();
  if (coding === 'identity') return false;
  if (coding !== 'chunked') {
    if (CODINGS.test(coding)) head.reject(501);
    else {
      head.classify('Severe', 'BadTransferEncoding');
      head.reject(400);
    }
    return false;
  }
  if (head.chunked) {
    head.classify('Severe', 'MultipleTransferEncodingChunked');
    head.reject(400);
  }
  head.chunked = true;
  return true;
}

/** What can only be said once every header has been read. */
export function finishHeaders(head: RequestHead): void {
  if (head.chunked && head.contentLength >= 0) {
    head.classify('Ambiguous', 'BothTeClPresent');
    head.passedOn = without(head.passedOn, (name) => name === 'content-length');
    head.contentLength = -1;
  }
  if (head.desyncReason === 'SuspiciousHeader' && (head.chunked || head.contentLength >= 0)) {
    head.classify('Severe', 'SuspiciousTeClPresent');
  }
  if (head.method === 'GET' || head.method === 'HEAD') {
    if (head.chunked) head.classify('Ambiguous', 'UndefinedTransferEncodingSemantics');
    else if (head.contentLength > 0) head.classify('Ambiguous', 'UndefinedContentLengthSemantics');
    else if (head.contentLength === 0) head.classify('Acceptable', 'GetHeadZeroContentLength');
  }
  if (head.host === undefined && head.version === 11) head.reject(400);
  if (head.connectionOptions !== undefined) {
    const named = new Set(head.connectionOptions.split(', '));
    named.delete('content-length');
    named.delete('transfer-encoding');
    head.passedOn = without(head.passedOn, (name) => named.has(name));
  }
  if (head.upgrade === '') head.upgrade = head.header('upgrade')[0];
  if (head.upgrade?.toLowerCase() !== 'websocket') head.upgrade = undefined;
  if (head.forwardedFor !== undefined && head.forwardedFor.split(',').length > FORWARDED_FOR_ADDRESSES_MAX) {
    head.reject(463);
  }
}

/** Header lines without those whose lower-case name is `dropped`. */
export function without(lines: string, dropped: (lowerCaseName: string) => boolean): string {
  return lines
    .split(/(?<=\n)/)
    .filter((line) => !dropped(line.slice(0, Math.max(line.indexOf(':'), 0)).toLowerCase()))
    .join('');
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}
