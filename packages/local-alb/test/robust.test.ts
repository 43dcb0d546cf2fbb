import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  connectRaw,
  forwardTo,
  listener,
  loadBalancer,
  rule,
  startRawTarget,
  startTestAlb,
  targetGroup,
} from './fixture.ts';
import { frame, noise, PREFACE, request, response, whole } from './odd-messages.ts';
import { tls } from './secure-alb.ts';

/** The load balancer goes on serving, and nothing is thrown that nobody catches, whatever comes from either side. */

/** A load balancer with a plain and a secure listener, and a target that answers `/odd` with what it is told to. */
async function startLab() {
  await using stack = new AsyncDisposableStack();
  let answer: Buffer = Buffer.alloc(0);
  const target = stack.use(
    await startRawTarget((socket, head) => {
      if (/^\w+ \/odd /.test(head)) socket.end(answer);
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nalive');
    }),
  );
  const rules = [rule('default', forwardTo('web'))];
  const sticky = { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' };
  const alb = stack.use(
    await startTestAlb({
      loadBalancer: loadBalancer([listener(rules), listener(rules, { port: 443, protocol: 'HTTPS' })]),
      targetGroups: [targetGroup('web', { attributes: sticky })],
      listeners: [80, 443].map((port) => ({ port, host: '127.0.0.1', localPort: 0, tls })),
    }),
  );
  await alb.addTarget('web', target);
  let fail = (_error: unknown): void => {};
  const onUncaught = (error: unknown): void => fail(error);
  process.on('uncaughtException', onUncaught);
  stack.defer(() => void process.off('uncaughtException', onUncaught));
  const secureUrl = alb.alb.listeners[1]!.url;
  const opened = stack.move();
  return {
    port: alb.port,
    secureUrl,
    securePort: Number(new URL(secureUrl).port),
    odd: (bytes: Buffer): void => void (answer = bytes),
    /** Does `work`, then asks for a sign of life; an exception that nobody catches meanwhile is the test's. */
    async survives(work: () => Promise<unknown>): Promise<void> {
      const { promise: failed, reject } = Promise.withResolvers<never>();
      fail = reject;
      await Promise.race([work(), failed]);
      expect(await Promise.race([fetch(`${alb.url}/alive`).then((alive) => alive.text()), failed])).toBe('alive');
    },
    async expectAliveOverHttp2(): Promise<void> {
      const session = connectHttp2(secureUrl, { rejectUnauthorized: false });
      expect(await ask(session, '/alive')).toBe('alive');
      session.close();
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

/** The body, or what broke it off. */
async function ask(session: ClientHttp2Session, path: string): Promise<string> {
  try {
    return (await session.request({ ':path': path }).toArray()).join('');
  } catch (error) {
    return String(error);
  }
}

test('goes on serving HTTP/1.1 and HTTP/2, whatever a target answers', async () => {
  await using lab = await startLab();
  const session = connectHttp2(lab.secureUrl, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'HEAD', 'POST'), response, async (method, bytes) => {
      lab.odd(bytes);
      await lab.survives(async () => {
        await using client = await connectRaw(lab.port);
        client.send(`${method} /odd HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        expect(await client.rest()).toMatch(/^HTTP\/1\.1 [1-9]\d\d /);
        await ask(session, '/odd');
        expect(await ask(session, '/alive')).toBe('alive');
      });
    }),
    { numRuns: 60 },
  );
  await lab.expectAliveOverHttp2();
});

test('goes on serving, whatever clients send to either port, over TLS or beneath it', async () => {
  await using lab = await startLab();
  lab.odd(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes'));
  const hello = fc
    .tuple(fc.constant('\u0016\u0003\u0001'), noise)
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 3 }), hello, async (requests, greeting) => {
      const bytes = Buffer.concat(requests);
      const sent = [
        { port: lab.port, bytes },
        { port: lab.securePort, bytes },
        { port: lab.securePort, bytes: greeting },
      ].map(async ({ port, bytes }) => {
        await using client = await connectRaw(port);
        client.socket.end(bytes);
        await client.rest();
      });
      await lab.survives(() => Promise.all([...sent, sendSecurely(lab.securePort, 'http/1.1', bytes)]));
    }),
    { numRuns: 60 },
  );
  await lab.expectAliveOverHttp2();
});

test('goes on serving, whatever frames a client of HTTP/2 sends', async () => {
  await using lab = await startLab();
  lab.odd(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes'));
  const start = Buffer.concat([Buffer.from([0, 0, whole.length, 1, 5, 0, 0, 0, 1]), whole]);
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(frame, { maxLength: 6 }), async (begins, frames) => {
      const bytes = Buffer.concat([PREFACE, ...(begins ? [start] : []), ...frames]);
      await lab.survives(() => sendSecurely(lab.securePort, 'h2', bytes));
    }),
    { numRuns: 60 },
  );
  await lab.expectAliveOverHttp2();
});

/** Sends bytes over TLS and waits until the connection is over. */
async function sendSecurely(port: number, protocol: string, bytes: Buffer): Promise<void> {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ALPNProtocols: [protocol] });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.resume();
  socket.end(bytes);
  await closed;
}
