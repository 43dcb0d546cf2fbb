import { once } from 'node:events';
import { connect } from 'node:http2';
import { expect, test } from 'vitest';
import { startRawTarget, type TestAlb } from './fixture.ts';
import { startSecureAlb } from './secure-alb.ts';

/** What an HTTP/2 client gets of answers that HTTP/1.1 can carry and HTTP/2 cannot, or only in another form. */

/** A target that answers `/odd` with `head` and everything else with an empty 200. */
async function startOdd(head: string) {
  await using stack = new AsyncDisposableStack();
  const target = stack.use(
    await startRawTarget((socket, request) => {
      const own = request.startsWith('GET /odd ') ? head : 'HTTP/1.1 200 OK\r\n';
      socket.write(`${own}Content-Length: 3\r\n\r\nyes`, 'latin1');
    }),
  );
  const alb = stack.use(await startSecureAlb());
  await alb.addTarget('web', target);
  const opened = stack.move();
  return { alb, [Symbol.asyncDispose]: async () => await opened.disposeAsync() };
}

/** The header lines of the answer as they came, and its body; then the session must still serve. */
async function ask({ url }: TestAlb): Promise<{ status: unknown; lines: string[]; body: string }> {
  const session = connect(url, { rejectUnauthorized: false });
  const stream = session.request({ ':path': '/odd' });
  const { promise, resolve } = Promise.withResolvers<string[]>();
  stream.on('response', (_headers, _flags, raw: string[]) => resolve(raw));
  const [raw, body] = await Promise.all([promise, stream.toArray()]);
  const pairs = Array.from({ length: raw.length / 2 }, (_, at) => [raw[2 * at] ?? '', raw[2 * at + 1] ?? '']);
  expect((await session.request({ ':path': '/next' }).toArray()).join('')).toBe('yes');
  session.close();
  await once(session, 'close');
  const [status, ...fields] = pairs;
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  expect(lines.filter((line) => line.startsWith('date: '))).toHaveLength(1);
  return { status: status?.[1], lines: lines.filter((line) => !line.startsWith('date: ')), body: body.join('') };
}

test.for<[string, string[]]>([
  ['two types', ['Content-Type: text/html', 'Content-Type: text/plain']],
  ['two locations', ['Location: /a', 'Location: /b']],
  ['names that every object has', ['constructor: mine', '__proto__: mine', 'toString: mine', 'hasOwnProperty: a']],
  ['cookies between other lines', ['Set-Cookie: a=1', 'X-B: 1', 'Set-Cookie: b=2']],
  ['an empty value and one of bytes above 127', ['X-Empty:', 'X-Name: caf\u00e9']],
])('passes %s on to an HTTP/2 client line by line', async ([, lines]) => {
  await using lab = await startOdd(`HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}`);
  const { status, lines: received, body } = await ask(lab.alb);
  const expected = lines.map((line) => line.replace(/^([^:]+): ?/, (_, name: string) => `${name.toLowerCase()}: `));
  expect({ status, received, body }).toEqual({
    status: '200',
    received: [...expected, 'content-length: 3'],
    body: 'yes',
  });
});

test('passes header lines that end with LF alone on to an HTTP/2 client', async () => {
  await using lab = await startOdd('HTTP/1.1 200 OK\nX-A: 1\nX-B: 2\n');
  expect((await ask(lab.alb)).lines).toEqual(['x-a: 1', 'x-b: 2', 'content-length: 3']);
});

test.for([
  'TE: gzip',
  'TE: trailers',
  'HTTP2-Settings: AAMAAABkAAQAAP__',
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
])('keeps %s, which belongs to a connection of HTTP/1.1, from an HTTP/2 client', async (line) => {
  await using lab = await startOdd(`HTTP/1.1 200 OK\r\nX-A: 1\r\n${line}\r\n`);
  expect(await ask(lab.alb)).toEqual({ status: '200', lines: ['x-a: 1', 'content-length: 3'], body: 'yes' });
});

test.for([600, 700, 999])('answers 502 to an HTTP/2 client whose target answers %i', async (statusCode) => {
  await using lab = await startOdd(`HTTP/1.1 ${statusCode} Odd\r\n`);
  const { status, body } = await ask(lab.alb);
  expect(status).toBe('502');
  expect(body).toContain('502 Bad Gateway');
  expect(await lab.alb.logged(502)).toMatchObject({ targetStatus: statusCode });
});

test.for(['204', '205'])('leaves out the body that a target sends with %s to an HTTP/2 client', async (code) => {
  await using lab = await startOdd(`HTTP/1.1 ${code} Odd\r\n`);
  expect(await ask(lab.alb)).toEqual({ status: code, lines: [], body: '' });
});

test('passes a head just within the limit on to an HTTP/2 client', async () => {
  const line = `X-Long: ${'a'.repeat(32_768 - 'HTTP/1.1 200 OK\r\nX-Long: \r\nContent-Length: 3\r\n\r\n'.length)}`;
  await using lab = await startOdd(`HTTP/1.1 200 OK\r\n${line}\r\n`);
  expect((await ask(lab.alb)).lines[0]).toHaveLength(line.length);
});
