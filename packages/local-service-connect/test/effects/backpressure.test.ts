import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';

import { call, startLab, startTask, type Lab } from '../harness.ts';

/** Writes without end, or rather up to 64 MB, whenever there is room. */
function pour(into: Writable): { bytes: number } {
  const sent = { bytes: 0 };
  const chunk = Buffer.alloc(65_536);
  const fill = (): void => {
    let hasRoom = true;
    while (hasRoom && sent.bytes < 64_000_000) {
      hasRoom = into.write(chunk);
      sent.bytes += chunk.length;
    }
  };
  into.on('drain', fill);
  fill();
  return sent;
}

/** Resolves when as many calls through the proxy as this were answered while nothing moved: the proxy had its turns. */
async function standstill(lab: Lab, sent: { readonly bytes: number }): Promise<void> {
  let before = -1;
  for (let calls = 0; calls < 20; calls++) {
    if (sent.bytes !== before) calls = 0;
    before = sent.bytes;
    await call(lab, { path: '/other' });
  }
}

test('makes a task wait for a client that does not read', async () => {
  const pouring = Promise.withResolvers<{ bytes: number }>();
  await using task = await startTask((request, response) => {
    if (request.url === '/other') response.end();
    else pouring.resolve(pour(response));
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, agent: false }).end();
  const [response] = await once(request, 'response');

  response.pause();
  const sent = await pouring.promise;
  await standstill(lab, sent);

  expect(sent.bytes).toBeGreaterThan(200_000);
  expect(sent.bytes).toBeLessThan(32_000_000);
  request.destroy();
});

test('makes a client wait for a task that does not read', async () => {
  await using task = await startTask((request, response) => {
    if (request.url === '/other') response.end();
    else request.pause();
  });
  await using lab = await startLab({ tasks: [task] });
  const request = httpRequest({ ...lab.address, method: 'POST', agent: false });
  request.on('error', () => {});

  const sent = pour(request);
  await standstill(lab, sent);

  expect(sent.bytes).toBeGreaterThan(200_000);
  expect(sent.bytes).toBeLessThan(32_000_000);
  request.destroy();
});
