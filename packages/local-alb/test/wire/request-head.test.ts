import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRequestHead } from '../../src/wire/parse-request-head.ts';

function parse(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const head = parseRequestHead(bytes, 0, bytes.length);
  if (head === undefined) throw new Error('the head is not complete');
  return head;
}

const token = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/);
const value = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,40}[\x21-\x7e])?$/);
const target = fc
  .stringMatching(/^\/[\x21\x24-\x3e\x40-\x7e]{0,30}(\?[\x21-\x22\x24-\x7e]{0,20})?$/)
  .filter((t) => !t.startsWith('/..'));
const SPECIAL =
  /^(?:host|connection|upgrade|keep-alive|proxy-connection|expect|content-length|transfer-encoding|x-forwarded-.*|x-amzn-trace-id)$/i;
const fields = fc.array(
  fc.tuple(
    token.filter((name) => !SPECIAL.test(name)),
    value,
  ),
  { maxLength: 12 },
);
const method = token.filter((m) => m !== 'TRACE');

test('reads back any well-formed head, and nothing of it earlier than its last byte', () => {
  fc.assert(
    fc.property(method, target, fields, fc.string(), (method, target, fields, after) => {
      const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`).join('');
      const text = `${method} ${target} HTTP/1.1\r\nHost: example.com\r\n${lines}\r\n`;
      const bytes = Buffer.from(text + after, 'latin1');
      const head = parseRequestHead(bytes, 0, bytes.length);
      expect(head).toMatchObject({
        method,
        target,
        host: 'example.com',
        rejection: 0,
        byteLength: text.length,
        passedOn: lines,
      });
      const [path, ...query] = target.split('?');
      expect(head).toMatchObject({ path, query: query.length === 0 ? undefined : query.join('?') });
      for (const [name, expected] of fields) expect(head?.header(name.toLowerCase())).toContain(expected);
      for (let end = 0; end < text.length; end++) expect(parseRequestHead(bytes, 0, end)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', 'GET / HTTP/1.1\r\n', 'POST /x HTTP/1.1\r\nHost: a\r\n'),
      (noise, before) => {
        const bytes = Buffer.concat([Buffer.from(before), noise, Buffer.from('\r\n\r\n')]);
        const head = parseRequestHead(bytes, 0, bytes.length);
        expect(head === undefined || head.byteLength <= bytes.length).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test.for([
  ['GET /a b HTTP/1.1\r\nHost: a\r\n\r\n', 'Acceptable', 'SpaceInUri'],
  ['GET / HTTP/1.7\r\nHost: a\r\n\r\n', 'Acceptable', 'NonCompliantVersion'],
  ['GET / HTTP/1.1\nHost: a\n\n', 'Acceptable', 'NonCrLfLineTermination'],
  ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', 'Acceptable', 'GetHeadZeroContentLength'],
  ['GET / HTTP/1.1\r\nHost: a\r\nX-A: \x01\r\n\r\n', 'Acceptable', 'NonCompliantHeader'],
  ['GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n', 'Ambiguous', 'AmbiguousUri'],
  [
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
    'Ambiguous',
    'BothTeClPresent',
  ],
  [
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n',
    'Ambiguous',
    'DuplicateContentLength',
  ],
  ['GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 'Ambiguous', 'EmptyHeader'],
  ['GET / HTTP/1.1\r\nHost: a\r\nTransfer_Encoding : chunked\r\n\r\n', 'Ambiguous', 'SuspiciousHeader'],
  ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n', 'Ambiguous', 'UndefinedContentLengthSemantics'],
  [
    'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    'Ambiguous',
    'UndefinedTransferEncodingSemantics',
  ],
  ['GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n 2\r\n\r\n', 'Ambiguous', 'MultilineHeader'],
  ['GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n', 'Ambiguous', 'MissingHeaderColon'],
  ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1x\r\n\r\n', 'Severe', 'BadContentLength'],
  ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'Severe', 'MultipleContentLength'],
  ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n', 'Severe', 'BadTransferEncoding'],
  [
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n',
    'Severe',
    'MultipleTransferEncodingChunked',
  ],
  [
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding : chunked\r\n\r\n',
    'Severe',
    'SuspiciousTeClPresent',
  ],
  ['GET / HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n', 'Severe', 'BadHeader'],
  ['GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n', 'Severe', 'BadUri'],
  ['G{T / HTTP/1.1\r\nHost: a\r\n\r\n', 'Severe', 'BadMethod'],
  ['GET / HTTX/1.1\r\nHost: a\r\n\r\n', 'Severe', 'BadVersion'],
] as const)('classifies %j as %s: %s', ([text, desyncClass, desyncReason]) => {
  expect(parse(text)).toMatchObject({ desyncClass, desyncReason });
});

test.for([
  ['TRACE / HTTP/1.1\r\nHost: a\r\n\r\n', 405],
  ['GET / HTTP/1.1\r\n\r\n', 400],
  ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
  ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
  [
    `GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${Array.from({ length: 31 }, () => '10.0.0.1').join(', ')}\r\n\r\n`,
    463,
  ],
  [`GET /${'a'.repeat(16_400)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  [`GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(16_400)}\r\n\r\n`, 400],
  [`GET / HTTP/1.1\r\nHost: a\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(70)}\r\n`, 400],
  ['GET /../x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['GET example HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nHost: a\u001B[31mb\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
] as const)('refuses %.60j with %i', ([text, status]) => {
  expect(parse(text).rejection).toBe(status);
});

test('refuses a request line that does not end before 16 K, without waiting for its end', () => {
  const bytes = Buffer.from(`GET /${'a'.repeat(16_400)}`);
  expect(parseRequestHead(bytes, 0, bytes.length)?.rejection).toBe(414);
});

test('takes the host of an absolute target before the Host header', () => {
  const head = parse('GET http://other.example:81/a?b HTTP/1.1\r\nHost: example.com\r\n\r\n');
  expect(head).toMatchObject({ host: 'other.example:81', path: '/a', query: 'b', uri: '/a?b', rejection: 0 });
});

test('keeps back what belongs to the connection or is written by the load balancer', () => {
  const head = parse(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nX-Forwarded-Port: 1\r\nTE: trailers\r\nX-Amzn-Trace-Id: Root=1\r\n\r\n',
  );
  expect(head.passedOn).toBe('TE: trailers\r\n');
  expect(head).toMatchObject({ keepAlive: false, traceId: 'Root=1' });
});

test.for([
  ['continuations', 'X-A: 1\r\n 2\r\n', 'X-A: 1\r\n'],
  ['lines without a colon', 'X-A: 1\r\nnonsense\r\n', 'X-A: 1\r\n'],
  ['lines without a name', ': x\r\nX-A: 1\r\n', 'X-A: 1\r\n'],
  ['names that resemble those of the framing', 'Transfer_Encoding : chunked\r\nX-A: 1\r\n', 'X-A: 1\r\n'],
] as const)('does not pass on %s', ([, lines, passedOn]) => {
  expect(parse(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`).passedOn).toBe(passedOn);
});

test('drops Content-Length where Transfer-Encoding decides', () => {
  const head = parse('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n');
  expect(head.passedOn).toBe('Transfer-Encoding: chunked\r\n');
  expect(head.contentLength).toBe(-1);
});

test('reads a request of HTTP/0.9 at its line end', () => {
  expect(parse('GET /old\r\n')).toMatchObject({ version: 9, path: '/old', keepAlive: false, rejection: 0 });
});
