import { expect, test } from 'vitest';
import { request } from 'undici';
import { callPeer } from '../../src/discovery/call.ts';
import { DiscoveryDispatcher } from '../../src/discovery/discovery-dispatcher.ts';
import type { CallRecord } from '../../src/discovery/try.ts';
import type { Finder, Finding } from '../../src/discovery/finding.ts';
import { startHttpServer } from '../servers/http-server.ts';
import type { HttpServer } from '../servers/http-server.ts';

function findingOf(addresses: readonly string[], preferred = addresses.length): Finding {
  return {
    targets: addresses.map((address) => ({ address, origin: `http://${address}` })),
    preferred,
    account: { by: 'service-connect', alias: 'http://worker.mesh:3000' },
  };
}

/** A finder that knows what it is told; `doubts` counts how often it was doubted. */
function buildFinder(first: Finding | undefined): Finder & { known: Finding | undefined; doubts: number } {
  return {
    known: first,
    doubts: 0,
    current() {
      return this.known;
    },
    async find() {
      if (this.known === undefined) throw new Error('nothing is known');
      return this.known;
    },
    doubt() {
      this.doubts += 1;
    },
  };
}

function build(finder: Finder) {
  const dispatcher = new DiscoveryDispatcher({
    finder,
    connectTimeoutMs: 3000,
    responseTimeoutMs: 8000,
    random: () => 0,
  });
  return {
    dispatcher,
    async call(timeoutMs = 8000) {
      const record: CallRecord = { attempts: [] };
      const { json } = await callPeer(dispatcher, 'worker', { path: '/', headers: {}, timeoutMs, record });
      return { host: (json as { host: string }).host, attempts: record.attempts };
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
    },
  };
}

const at = ({ host, port }: HttpServer): string => `${host}:${port}`;

test('takes a different target for each request', async () => {
  await using one = await startHttpServer('127.77.0.1');
  await using two = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([at(one), at(two)])));
  const hosts = [await client.call(), await client.call(), await client.call()].map(({ host }) => host);
  expect(hosts).toEqual(['127.77.0.1', '127.77.0.2', '127.77.0.1']);
});

test('is a dispatcher for any API of undici', async () => {
  await using one = await startHttpServer('127.77.0.1');
  await using client = build(buildFinder(findingOf([at(one)])));
  const { statusCode, body } = await request('http://worker/', { dispatcher: client.dispatcher });
  expect([statusCode, await body.json()]).toEqual([200, { host: '127.77.0.1' }]);
});

test('stays with the preferred targets while they answer', async () => {
  await using near = await startHttpServer('127.77.0.1');
  await using far = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([at(near), at(far)], 1)));
  expect([(await client.call()).host, (await client.call()).host]).toEqual(['127.77.0.1', '127.77.0.1']);
  expect(far.requests).toHaveLength(0);
});

test('goes on to the next target when one refuses the connection, and leaves it out for a while', async () => {
  await using two = await startHttpServer('127.77.0.2');
  const finder = buildFinder(findingOf([`127.77.0.1:${two.port}`, at(two)]));
  await using client = build(finder);
  const first = await client.call();
  expect(first.host).toBe('127.77.0.2');
  expect(first.attempts.map(({ outcome }) => outcome)).toEqual([
    expect.stringContaining('ECONNREFUSED'),
    'answered 200',
  ]);
  expect(finder.doubts).toBe(1);
  expect((await client.call()).attempts).toHaveLength(1);
  expect((await client.call()).attempts).toHaveLength(1);
});

test('tries the target that refused again when there is no other', async () => {
  await using gone = await startHttpServer('127.77.0.1');
  const address = at(gone);
  await using client = build(buildFinder(findingOf([address])));
  await gone[Symbol.asyncDispose]();
  await expect(client.call()).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
  await using back = await startHttpServer('127.77.0.1', gone.port);
  expect((await client.call()).host).toBe(back.host);
});

test('repeats a GET whose connection is lost before the response', async () => {
  await using broken = await startHttpServer('127.77.0.1', 0, (incoming) => incoming.socket.destroy());
  await using two = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([at(broken), at(two)])));
  const { host, attempts } = await client.call();
  expect([host, attempts.length]).toEqual(['127.77.0.2', 2]);
});

test('never repeats a POST that may have been received', async () => {
  await using broken = await startHttpServer('127.77.0.1', 0, (incoming) => incoming.socket.destroy());
  await using two = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([at(broken), at(two)])));
  const sent = request('http://worker/', { dispatcher: client.dispatcher, method: 'POST', body: 'x' });
  await expect(sent).rejects.toThrow('other side closed');
  expect(two.requests).toHaveLength(0);
});

test('repeats a POST that was refused before anything was sent', async () => {
  await using two = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([`127.77.0.1:${two.port}`, at(two)])));
  const options = { dispatcher: client.dispatcher, method: 'POST', body: 'x' } as const;
  const { statusCode, body } = await request('http://worker/', options);
  await body.dump();
  expect([statusCode, two.requests[0]?.method]).toEqual([200, 'POST']);
});

test('gives up after three targets', async () => {
  await using live = await startHttpServer('127.77.0.9');
  const dead = ['127.77.0.1', '127.77.0.2', '127.77.0.3'].map((host) => `${host}:${live.port}`);
  await using client = build(buildFinder(findingOf([...dead, at(live)])));
  await expect(client.call()).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' });
});

test('hands an error of the service through without a second try', async () => {
  await using failing = await startHttpServer('127.77.0.1', 0, (_request, response) =>
    response.writeHead(503).end('{}'),
  );
  await using two = await startHttpServer('127.77.0.2');
  await using client = build(buildFinder(findingOf([at(failing), at(two)])));
  expect((await client.call()).attempts).toMatchObject([{ outcome: 'answered 503' }]);
  expect(two.requests).toHaveLength(0);
});

test('ends a call when its time is up, however many targets are left', async () => {
  await using silent = await startHttpServer('127.77.0.1', 0, () => {});
  await using client = build(buildFinder(findingOf([at(silent), at(silent)])));
  await expect(client.call(50)).rejects.toMatchObject({ code: 'PEER_TIMED_OUT' });
});

test('says that an answer is rubbish when it is not JSON', async () => {
  await using odd = await startHttpServer('127.77.0.1', 0, (_request, response) => response.end('<html>'));
  await using client = build(buildFinder(findingOf([at(odd)])));
  await expect(client.call()).rejects.toMatchObject({ code: 'PEER_ANSWERED_RUBBISH' });
});

test.each([
  [503, 'no healthy upstream', 'PEER_UNAVAILABLE', ', and the proxy before it said: no healthy upstream.'],
  [502, '', 'PEER_UNAVAILABLE', '.'],
  [504, 'upstream\r\nrequest timeout', 'PEER_TIMED_OUT', ', and the proxy before it said: upstream request timeout.'],
  [503, 'x'.repeat(10_000), 'PEER_UNAVAILABLE', `, and the proxy before it said: ${'x'.repeat(200)}.`],
])('quotes what a proxy on the way said with a %i', async (status, body, code, said) => {
  await using proxy = await startHttpServer('127.77.0.1', 0, (_request, response) =>
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body),
  );
  await using client = build(buildFinder(findingOf([at(proxy)])));
  await expect(client.call()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(`was answered ${status}${said}$`) as string,
  });
});

test('fails with the finder’s error when nothing is found', async () => {
  await using client = build(buildFinder(undefined));
  await expect(client.call()).rejects.toThrow('nothing is known');
});

test('says that a service was not found when finding it takes too long', async () => {
  const finder: Finder = { current: () => undefined, find: async () => await new Promise(() => {}), doubt: () => {} };
  await using client = build(finder);
  await expect(client.call(30)).rejects.toThrow('The service worker was not found within 30 ms.');
});

test('closes the connections to a target that is no longer known', async () => {
  let closed: Promise<void> | undefined;
  await using one = await startHttpServer('127.77.0.1', 0, (incoming, response) => {
    closed = new Promise((resolve) => incoming.socket.once('close', () => resolve()));
    response.end('{}');
  });
  await using two = await startHttpServer('127.77.0.2');
  const finder = buildFinder(findingOf([at(one)]));
  await using client = build(finder);
  await client.call();
  finder.known = findingOf([at(two)]);
  await client.call();
  await closed;
  expect(two.requests).toHaveLength(1);
});
