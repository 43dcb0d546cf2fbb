import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';

import { expect, test } from 'vitest';

import { check } from '../../src/commands/check.ts';
import { keepPromises } from '../../src/smoke/keep-promises.ts';
import { recordingContext } from '../support/recording-context.ts';

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a server that answers everything alike keeps none of the promises', async () => {
  await using server = await serve((_request, response) => response.end('hello'));
  const outcomes = await keepPromises(server.url, new AbortController().signal, () => {});
  expect(outcomes.filter(({ kept }) => kept)).toEqual([]);
  expect(outcomes.map(({ seen }) => seen)).toContain('200 instead of 403: "hello"');
});

test('a load balancer that does not answer breaks every promise and says why', async () => {
  const server = await serve(() => {});
  await server[Symbol.asyncDispose]();
  const outcomes = await keepPromises(server.url, new AbortController().signal, () => {});
  expect(new Set(outcomes.map(({ kept }) => kept))).toEqual(new Set([false]));
  expect(outcomes[0]?.seen).toMatch(/ECONNREFUSED/);
});

test('lab check prints a line per promise and fails with their number', async () => {
  await using server = await serve((_request, response) => response.writeHead(403).end());
  const context = recordingContext();
  await expect(check({ url: server.url }, context)).rejects.toMatchObject({ code: 'LAB_CHECK_FAILED' });
  expect(context.printed.filter((line) => line.startsWith('✓'))).toEqual([
    '✓ Paths under /internal are refused by the load balancer.  403',
  ]);
  expect(context.printed.filter((line) => line.startsWith('✗')).length).toBeGreaterThan(5);
});

test('lab check refuses what is not a URL', async () => {
  await expect(check({ url: 'load balancer' }, recordingContext())).rejects.toMatchObject({
    code: 'LAB_LOAD_BALANCER_URL_INVALID',
  });
});
