import * as fc from 'fast-check';

/** Messages that are in part as they should be, and in part not. */

const byte = fc.nat(255).map((code) => String.fromCharCode(code));
/** Any bytes. */
export const noise = fc.string({ unit: byte, maxLength: 40 });
const lineEnd = fc.oneof({ weight: 9, arbitrary: fc.constant('\r\n') }, { weight: 1, arbitrary: fc.constant('\n') });
const often = (usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: odd });

/** One of these words, or nothing. */
const oneOf = (words: string) => fc.constantFrom('', ...words.split(' '));

const statusLine = often(
  fc
    .tuple(fc.constantFrom('1', '0'), fc.integer({ min: 100, max: 999 }), often(fc.constant(' OK'), noise))
    .map(([minor, status, reason]) => `HTTP/1.${minor} ${status}${reason}`),
  fc.constantFrom('HTTP/1.1 000 OK', 'HTTP/2 200', 'HTTP/1.1 20', 'HTTP/1.1 1000 OK', 'HTTP/1.1 200', 'ICY 200 OK'),
);
const headerName = often(
  oneOf(
    'Content-Type Content-Length Content-Encoding Location Date ETag Set-Cookie Age Host Server AWSALB Trailer TE Connection' +
      ' Keep-Alive Upgrade Transfer-Encoding HTTP2-Settings Proxy-Connection constructor __proto__ toString :status',
  ),
  noise,
);
const headerValue = often(oneOf('0 3 -1 gzip chunked close keep-alive trailers websocket h2c a=b'), noise);
const headerLine = often(
  fc.tuple(headerName, fc.constantFrom(': ', ':', ' : '), headerValue).map((parts) => parts.join('')),
  noise,
);
/** A target's. */
export const response = fc
  .tuple(
    statusLine,
    fc.array(headerLine, { maxLength: 6 }),
    lineEnd,
    often(fc.constantFrom('', 'yes', '3\r\nyes\r\n0\r\n\r\n'), noise),
  )
  .map(([status, lines, end, body]) => Buffer.from([status, ...lines, '', body].join(end), 'latin1'));

const requestLine = often(
  fc
    .tuple(
      oneOf('GET POST HEAD OPTIONS CONNECT TRACE get'),
      oneOf('/ * /odd // /%zz /.. http://a/b http:// a:1 /?a=% /# http://[::1'),
      oneOf('HTTP/1.1 HTTP/1.0 HTTP/0.9 HTTP/2.0'),
    )
    .map((parts) => parts.join(' ')),
  noise,
);
const requestHeader = often(
  fc
    .tuple(
      often(
        oneOf(
          'Host Content-Length Transfer-Encoding Connection Expect Upgrade Cookie Forwarded Sec-WebSocket-Key constructor' +
            ' X-Forwarded-For X-Forwarded-Port X-Amzn-Trace-Id __proto__',
        ),
        noise,
      ),
      often(
        oneOf('a [ a:99999 3 -1 chunked close upgrade 100-continue websocket'),
        fc.oneof(noise, fc.constantFrom('AWSALB=x', 'AWSALB=%', 'Root=;Self=;', '1, 2, 3')),
      ),
    )
    .map((parts) => parts.join(': ')),
  noise,
);
/** A client's. */
export const request = fc
  .tuple(
    requestLine,
    fc.array(requestHeader, { maxLength: 6 }),
    lineEnd,
    often(fc.constantFrom('', '3\r\nyes\r\n0\r\n\r\n'), noise),
  )
  .map(([line, headers, end, body]) => Buffer.from([line, ...headers, '', body].join(end), 'latin1'));

/** What a client of HTTP/2 begins with, and its empty SETTINGS. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0', 'latin1');
/** Field lines of HPACK without its table and without Huffman codes. */
const block = fc
  .array(
    fc.tuple(
      often(oneOf(':method :path :scheme :authority :status host te cookie content-length'), noise),
      often(oneOf('GET POST CONNECT / /odd * https a 3 trailers'), noise),
    ),
    { maxLength: 6 },
  )
  .map((fields) =>
    Buffer.concat(
      fields.flatMap(([name, value]) => [
        Buffer.from([0, name.length]),
        Buffer.from(name, 'latin1'),
        Buffer.from([value.length]),
        Buffer.from(value, 'latin1'),
      ]),
    ),
  );
/** The same of a whole request. */
export const whole = Buffer.from(
  '\0\u0007:method\u0003GET\0\u0005:path\u0004/odd\0\u0007:scheme\u0005https\0\u000a:authority\u0001a',
  'latin1',
);
/** A frame of HTTP/2. */
export const frame = fc
  .record({
    type: fc.nat(10),
    flags: fc.constantFrom(0, 1, 4, 5, 8, 0x2c, 0xff),
    stream: fc.constantFrom(0, 1, 1, 1, 3, 5, 2),
    payload: fc.oneof(
      fc.constant(whole),
      block,
      noise.map((text) => Buffer.from(text, 'latin1')),
    ),
  })
  .map(({ type, flags, stream, payload }) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.set([type, flags], 3);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  });
