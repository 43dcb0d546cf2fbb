import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectRaw, startRawTarget, startTarget, startTestAlb } from './fixture.ts';

test('passes a large body through unchanged in both directions', async () => {
  await using target = await startTarget((request, response) => {
    response.setHeader('content-type', 'application/octet-stream');
    request.pipe(response);
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const body = randomBytes(8 * 1024 * 1024);
  const response = await fetch(alb.url, { method: 'POST', body });
  const received = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha1').update(received).digest('hex')).toBe(createHash('sha1').update(body).digest('hex'));
});

test('does not read a response on from the target while the client does not take it', async () => {
  const size = 64 * 1024 * 1024;
  let written = 0;
  const { promise: stalled, resolve } = Promise.withResolvers<void>();
  await using target = await startTarget((_, response) => {
    response.setHeader('content-length', size);
    const piece = Buffer.alloc(256 * 1024);
    const fill = (): void => {
      while (written < size) {
        written += piece.length;
        if (!response.write(piece)) break;
      }
      if (written >= size) response.end();
      else resolve();
    };
    response.on('drain', fill);
    fill();
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.socket.pause();
  client.send('GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
  await stalled;
  // Ten other requests pass meanwhile: whatever would be read on has had the time for it.
  for (let i = 0; i < 10; i++) await fetch(`${alb.url}/healthz`).then((response) => response.text());
  expect(written).toBeLessThan(24 * 1024 * 1024);
  const { promise: complete, resolve: finish } = Promise.withResolvers<void>();
  let received = 0;
  client.socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > size) finish();
  });
  client.socket.resume();
  await complete;
  expect(written).toBe(size);
});

test('passes chunks through, and a body that ends with the connection as chunks', async () => {
  await using target = await startRawTarget((socket, head) => {
    if (head.startsWith('GET /chunked')) {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n');
    } else {
      socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
    }
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n');
  const first = await client.until((received) => received.endsWith('\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n'));
  expect(first.match(/Transfer-Encoding: chunked/g)).toHaveLength(1);
  client.send('GET /close HTTP/1.1\r\nHost: a\r\n\r\n');
  const second = await client.until((received) => received.endsWith('d\r\nuntil the end\r\n0\r\n\r\n'));
  expect(second.slice(first.length)).toContain('Connection: keep-alive');
});

test('takes the chunks off and closes for a client of HTTP/1.0', async () => {
  await using target = await startRawTarget((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET / HTTP/1.0\r\n\r\n');
  const response = await client.rest();
  expect(response).toMatch(/\r\n\r\nabcde$/);
  expect(response).not.toContain('Transfer-Encoding');
});

test('sends a client of HTTP/0.9 the body alone', async () => {
  await using target = await startTarget((_, response) => response.end('plain'));
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('GET /\r\n');
  expect(await client.rest()).toBe('plain');
});

test('answers HEAD without a body and keeps the connection', async () => {
  await using target = await startTarget((_, response) => response.end('hidden'));
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await using client = await connectRaw(alb.port);
  client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const text = await client.rest();
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(text.match(/hidden/g)).toHaveLength(1);
});

test('answers 100-continue itself and does not pass the header on', async () => {
  await using target = await startTarget((request, response) => {
    request.resume().on('end', () => response.end(JSON.stringify(request.headers)));
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const request = httpRequest(alb.url, { method: 'POST', headers: { expect: '100-continue', 'content-length': 2 } });
  request.flushHeaders();
  await once(request, 'continue');
  request.end('hi');
  const [response] = await once(request, 'response');
  const headers = JSON.parse((await response.toArray()).join(''));
  expect(headers).not.toHaveProperty('expect');
});

test('reads the same requests however the client cuts them into pieces', async () => {
  await using target = await startTarget((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => response.end(`<${request.method} ${request.url} ${Buffer.concat(pieces).toString()}>`));
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const text = [
    'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
    'POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
    'GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  ].join('');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 10 }), async (cuts) => {
      await using client = await connectRaw(alb.port);
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
        await new Promise((resolve) => client.socket.write(text.slice(from, cut), resolve));
        from = cut;
      }
      const answers = (await client.rest()).match(/<[^>]*>/g);
      expect(answers).toEqual(['<POST /a hello>', '<POST /b abcde>', '<GET /c >']);
    }),
    { numRuns: 40 },
  );
});

test('reads the same response however the target cuts it into pieces', async () => {
  let cuts: readonly number[] = [];
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
  await using target = await startRawTarget((socket) => {
    const edges = [...cuts.toSorted((a, b) => a - b), text.length];
    let from = 0;
    const next = (): void => {
      const to = edges.shift();
      if (to === undefined) return;
      socket.write(text.slice(from, to), next);
      from = to;
    };
    next();
  });
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), async (chosen) => {
      cuts = chosen;
      const response = await fetch(alb.url);
      expect(response.headers.get('x-a')).toBe('b');
      expect(await response.text()).toBe('abcde');
    }),
    { numRuns: 40 },
  );
});

test('answers 502 or breaks off, and goes on serving, whatever bytes a target sends', async () => {
  let noise = Buffer.alloc(0);
  await using target = await startRawTarget((socket) => void socket.end(noise));
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const start = fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (start, bytes) => {
      noise = Buffer.concat([Buffer.from(start), bytes]);
      await using client = await connectRaw(alb.port);
      client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      expect(await client.rest()).toMatch(/^HTTP\/1\.1 (?:502|[1-9]\d\d) /);
    }),
    { numRuns: 100 },
  );
  noise = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nalive');
  expect(await (await fetch(alb.url)).text()).toBe('alive');
});

test('survives random bytes and goes on serving', async () => {
  await using target = await startTarget((_, response) => response.end('alive'));
  await using alb = await startTestAlb();
  await alb.addTarget('web', target);
  const start = fc.constantFrom(
    '',
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (start, noise) => {
      await using client = await connectRaw(alb.port);
      client.send(Buffer.concat([Buffer.from(start, 'latin1'), noise]));
      client.socket.end();
      await client.rest();
    }),
    { numRuns: 100 },
  );
  expect(await (await fetch(alb.url)).text()).toBe('alive');
});
