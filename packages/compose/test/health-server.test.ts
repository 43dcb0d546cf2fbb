import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { startHealthServer } from '../src/health-server.ts';

const check = fileURLToPath(new URL('../src/healthy.ts', import.meta.url));

async function exitCodeOf(url: string): Promise<number> {
  return await promisify(execFile)(process.execPath, [check, url]).then(
    () => 0,
    ({ code }: { code: number }) => code,
  );
}

test('answers 503 with what is missing, and 200 when nothing is', async () => {
  let missing = ['api: no container', 'worker: no container'];
  await using server = await startHealthServer('127.0.0.1', 0, () => missing);
  const url = `http://127.0.0.1:${server.port}`;
  const incomplete = await fetch(url);
  expect([incomplete.status, await incomplete.text()]).toEqual([503, 'api: no container\nworker: no container\n']);
  expect(await exitCodeOf(url)).toBe(1);
  missing = [];
  const complete = await fetch(url);
  expect([complete.status, await complete.text()]).toEqual([200, 'complete\n']);
  expect(await exitCodeOf(url)).toBe(0);
});

test('the check fails where nobody listens', async () => {
  const server = await startHealthServer('127.0.0.1', 0, () => []);
  await server[Symbol.asyncDispose]();
  expect(await exitCodeOf(`http://127.0.0.1:${server.port}`)).toBe(1);
});
