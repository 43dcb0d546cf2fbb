import * as fc from 'fast-check';

/** Messages that are in part as they should be, and in part not. */

/** Any bytes. */
const noise = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 40 });
const often = (usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });
/** One of these words, or nothing. */
const oneOf = (words: string) => often(fc.constantFrom('', ...words.split(' ')), noise);

const headerLine = fc
  .tuple(
    oneOf(
      'Host Content-Length Transfer-Encoding Connection Keep-Alive Upgrade Expect Trailer TE Cookie Set-Cookie Date Location' +
        ' X-Forwarded-For Sec-WebSocket-Key constructor __proto__',
    ),
    fc.constantFrom(': ', ':', ' : ', ''),
    oneOf('a [ a:99999 0 3 -1 gzip chunked close keep-alive upgrade websocket h2c 100-continue trailers a=b AWSELB=x'),
  )
  .map((parts) => parts.join(''));
const messageOf = (startLine: fc.Arbitrary<string>) =>
  fc
    .tuple(
      often(startLine, noise),
      fc.array(headerLine, { maxLength: 6 }),
      fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
      often(fc.constantFrom('', 'yes', '3\r\nyes\r\n0\r\n\r\n'), noise),
    )
    .map(([start, lines, end, body]) => Buffer.from([start, ...lines, '', body].join(end), 'latin1'));

const version = oneOf('HTTP/1.1 HTTP/1.1 HTTP/1.1 HTTP/1.0 HTTP/0.9 HTTP/2.0 ICY');
const digits = fc.integer({ min: 0, max: 1099 }).map((status) => String(status).padStart(3, '0'));
const status = fc.oneof(digits, fc.constantFrom('200', '204', '304', '100', '101', '503'));

/** A server's. */
export const response = messageOf(fc.tuple(version, status, oneOf('OK')).map((parts) => parts.join(' ')));

/** A client's. */
export const request = messageOf(
  fc
    .tuple(
      oneOf('GET POST HEAD OPTIONS CONNECT DELETE get'),
      oneOf('/ * /odd // /%zz /.. http://a/b http:// a:1 /?a=% /# http://[::1'),
      version,
    )
    .map((parts) => parts.join(' ')),
);
