import { expect, test } from 'vitest';
import { connectRaw, startRawTarget, startTarget, startTestAlb } from './fixture.ts';

/** What becomes of requests that are not quite HTTP, by `routing.http.desync_mitigation_mode`. */

test.for([
  ['monitor', 200, false],
  ['defensive', 200, true],
  ['strictest', 400, true],
] as const)('in %s mode answers an ambiguous request with %i', async ([mode, status, closes]) => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using alb = await startTestAlb({ attributes: { 'routing.http.desync_mitigation_mode': mode } });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi');
  const response = await client.until((received) => received.includes('\r\n\r\n'));
  expect(response).toContain(`HTTP/1.1 ${status} `);
  expect(response).toContain(closes ? 'Connection: close' : 'Connection: keep-alive');
  const { record } = await alb.logged(status);
  expect(record).toMatchObject({ classification: 'Ambiguous', classificationReason: 'DuplicateContentLength' });
});

test.for([
  ['monitor', 200],
  ['defensive', 200],
  ['strictest', 400],
] as const)('in %s mode answers an acceptable request with %i', async ([mode, status]) => {
  await using target = await startTarget((_, response) => response.end('ok'));
  await using alb = await startTestAlb({ attributes: { 'routing.http.desync_mitigation_mode': mode } });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  const response = await client.until((received) => received.includes('\r\n\r\n'));
  expect(response).toContain(`HTTP/1.1 ${status} `);
  expect(response).toContain(`Connection: ${status === 200 ? 'keep-alive' : 'close'}\r\n`);
  const { record } = await alb.logged(status);
  expect(record).toMatchObject({ classification: 'Acceptable', classificationReason: 'GetHeadZeroContentLength' });
});

test.for([
  ['monitor', 200],
  ['defensive', 400],
  ['strictest', 400],
] as const)('in %s mode answers a severe request with %i', async ([mode, status]) => {
  await using target = await startRawTarget((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  await using alb = await startTestAlb({ attributes: { 'routing.http.desync_mitigation_mode': mode } });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\n\r\n');
  expect(await client.until((received) => received.includes('\r\n\r\n'))).toContain(`HTTP/1.1 ${status} `);
  const { record } = await alb.logged(status);
  expect(record).toMatchObject({ classification: 'Severe', classificationReason: 'BadHeader' });
});
