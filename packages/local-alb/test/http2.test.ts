import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { expect, test } from 'vitest';
import { startTarget } from './fixture.ts';
import { startSecureAlb } from './secure-alb.ts';

/** How long an HTTP/2 connection lasts, and how much it carries. */

async function ask(session: ClientHttp2Session, path: string): Promise<string> {
  return (await session.request({ ':path': path }).toArray()).join('');
}

test('takes 128 HTTP/2 requests at a time on one connection', async () => {
  await using alb = await startSecureAlb();
  const session = connect(alb.url, { rejectUnauthorized: false });
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(128);
  session.close();
  await once(session, 'close');
});

test('says GOAWAY with the last request that an HTTP/2 connection may have, and answers it', async () => {
  await using target = await startTarget((request, response) => response.end(request.url));
  await using alb = await startSecureAlb({}, { http2RequestsMax: 2 });
  await alb.addTarget('web', target);
  const session = connect(alb.url, { rejectUnauthorized: false });
  const goaway = once(session, 'goaway');
  const closed = once(session, 'close');
  expect(await ask(session, '/1')).toBe('/1');
  expect(session.closed).toBe(false);
  expect(await ask(session, '/2')).toBe('/2');
  expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
  await closed;
});

test('says GOAWAY with one more request once the lifetime of an HTTP/2 connection is over', async () => {
  await using target = await startTarget((request, response) => response.end(request.url));
  await using alb = await startSecureAlb({ 'client_keep_alive.seconds': '0' });
  await alb.addTarget('web', target);
  const session = connect(alb.url, { rejectUnauthorized: false });
  const goaway = once(session, 'goaway');
  const closed = once(session, 'close');
  expect(await ask(session, '/last')).toBe('/last');
  expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
  await closed;
});
