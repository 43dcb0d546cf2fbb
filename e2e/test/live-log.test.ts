import { request } from 'undici';
import { expect, test } from 'vitest';

import { startLabProcess } from './support/lab-process.ts';

test('`lab up --json` tells of each request with its line of the access log', async () => {
  await using lab = await startLabProcess();
  const told = lab.nextEvent(({ kind, path }) => kind === 'request' && path === '/worker/whoami');
  await (await request(`${lab.ready.urls.http}/worker/whoami`)).body.dump();
  const event = await told;
  expect(event).toMatchObject({ source: 'load-balancer', targetGroup: 'worker', rulePriority: 30 });
  expect(event['line']).toMatch(/^http \d{4}-.* "GET http:\/\/127\.0\.0\.1:\d+\/worker\/whoami HTTP\/1\.1"/);
  expect(event).not.toHaveProperty('record');
});
