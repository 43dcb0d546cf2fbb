import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { json, query, start } from './apis.ts';
import { noise, request, response } from './odd-messages.ts';

/** The endpoint goes on answering, and nothing is thrown that nobody catches, whatever comes from either side. */

test('goes on answering, whatever clients send', async () => {
  await using endpoint = await start();
  const port = Number(new URL(endpoint.url).port);
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 3 }), noise, async (requests, text) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.resume().end(Buffer.concat(requests));
      await once(socket, 'close');
      await json(endpoint.url, 'Echo', text);
      await query(endpoint.url, { Action: 'Refuse', [text]: text, [`A.member.${text}`]: text });
      await query(endpoint.url, { Action: text, Version: text });
      expect((await json(endpoint.url, 'Echo', '{}')).response.status).toBe(200);
    }),
    { numRuns: 150 },
  );
});

test('goes on answering, whatever an upstream answers', async () => {
  let answer: Buffer = Buffer.alloc(0);
  const upstream = createServer(({ socket }) => socket.end(answer)).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  await using endpoint = await start({ upstreams: [{ service: 'odd', targetPrefix: 'Odd', url }] });
  await fc.assert(
    fc.asyncProperty(response, async (bytes) => {
      answer = bytes;
      const headers = { 'x-amz-target': 'Odd.A' };
      await fetch(endpoint.url, { method: 'POST', headers, body: '{}' }).then(
        async (answered) => await answered.text().catch(() => ''),
        () => '',
      );
      expect((await json(endpoint.url, 'Echo', '{}')).response.status).toBe(200);
    }),
    { numRuns: 150 },
  );
  upstream.close();
});
