import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { connectRaw, startRawTarget, startTarget, startTestAlb } from './fixture.ts';

const UPGRADE = [
  'GET /socket HTTP/1.1',
  'Host: a',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

test('carries a WebSocket both ways and logs it when it closes', async () => {
  await using target = await startTarget(() => {});
  target.server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(UPGRADE);
  const head = await client.until((received) => received.includes('\r\n\r\n'));
  expect(head).toContain('HTTP/1.1 101 Switching Protocols\r\n');
  expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  expect(head).toMatch(/Connection: upgrade\r\nUpgrade: websocket/i);
  client.send('\x81\x02hi');
  await client.until((received) => received.endsWith('\x81\x02hi'));
  client.send('GET / HTTP/1.1\r\n\r\n');
  await client.until((received) => received.endsWith('GET / HTTP/1.1\r\n\r\n'));
  client.socket.end();
  expect((await alb.logged(101)).record.type).toBe('ws');
});

test('passes on what the client has sent before the target agreed to the WebSocket', async () => {
  await using target = await startRawTarget((socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(`${UPGRADE}early`);
  await client.until((received) => received.endsWith('early'));
  client.send('late');
  await client.until((received) => received.endsWith('earlylate'));
});

test('upgrades to nothing but WebSocket', async () => {
  await using target = await startTarget((request, response) => response.end(JSON.stringify(request.headers)));
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
  );
  const response = await client.until((received) => received.endsWith('}'));
  expect(response).toContain('HTTP/1.1 200 OK');
  expect(response).not.toMatch(/"upgrade"|http2-settings/);
});

test('does not pass an upgrade on that nobody asked for', async () => {
  await using target = await startRawTarget((socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  expect((await fetch(alb.url)).status).toBe(502);
});

test('ends both halves of a WebSocket when the idle timeout passes without a byte', async () => {
  await using target = await startRawTarget((socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  });
  await using alb = await startTestAlb({ attributes: { 'idle_timeout.timeout_seconds': '0.2' } });
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send(UPGRADE);
  expect(await client.rest()).toContain('101 Switching Protocols');
});
