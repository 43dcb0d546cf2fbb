import { expect, test } from 'vitest';

import { servicePolicy, type ServiceConnectEvent } from '../../src/index.ts';
import { call, startLab, startTask } from '../harness.ts';

type Kind<K extends ServiceConnectEvent['kind']> = Extract<ServiceConnectEvent, { kind: K }>;

function is<K extends ServiceConnectEvent['kind']>(kind: K) {
  return (event: ServiceConnectEvent): event is Kind<K> => event.kind === kind;
}

test('ejects a task after five failures in a row and leaves it alone', async () => {
  let asked = 0;
  await using broken = await startTask((_, response) => response.writeHead(500).end(`broken ${++asked}`), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('fine'), '127.10.2.1');
  await using lab = await startLab({ tasks: [broken, task] });

  for (let request = 0; request < 20; request++) await call(lab);

  expect(asked).toBe(5);
  expect(lab.events.filter(is('host-ejected'))).toEqual([
    { kind: 'host-ejected', endpoint: 'api.mesh', host: broken.key, forMs: 30_000 },
  ]);
  expect(lab.proxy.statistics()[0]).toMatchObject({
    requests: 20,
    failures: 5,
    ejections: 1,
    hosts: [
      { host: broken.key, requests: 5, isEjected: true },
      { host: task.key, requests: 15, isEjected: false },
    ],
  });
});

test('takes a task back when its time out is over', async () => {
  let nowMs = 0;
  await using broken = await startTask((_, response) => response.writeHead(500).end('broken'), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('fine'), '127.10.2.1');
  await using lab = await startLab({ tasks: [broken, task], nowMs: () => nowMs });
  for (let request = 0; request < 10; request++) await call(lab);

  const during = [await call(lab), await call(lab)].map(({ body }) => body);
  nowMs = 30_000;
  const after = [await call(lab), await call(lab)].map(({ body }) => body);

  expect(during).toEqual(['fine', 'fine']);
  expect([...after].sort()).toEqual(['broken', 'fine']);
});

test('says when a task is back', async () => {
  const outlier = { ...servicePolicy.outlier, baseEjectionMs: 10 };
  await using broken = await startTask((_, response) => response.writeHead(500).end('broken'), '127.10.1.1');
  await using task = await startTask((_, response) => response.end('fine'), '127.10.2.1');
  await using lab = await startLab({ tasks: [broken, task], policy: { ...servicePolicy, outlier } });
  for (let request = 0; request < 10; request++) await call(lab);

  expect(await lab.event(is('host-returned'))).toEqual({
    kind: 'host-returned',
    endpoint: 'api.mesh',
    host: broken.key,
  });
});

test('keeps asking the only task there is', async () => {
  let asked = 0;
  await using broken = await startTask((_, response) => response.writeHead(500).end(`broken ${++asked}`));
  await using lab = await startLab({ tasks: [broken] });

  for (let request = 0; request < 7; request++) await call(lab);

  expect(asked).toBe(7);
});

test('does not eject the second of two tasks', async () => {
  await using a = await startTask((_, response) => response.writeHead(500).end('a'), '127.10.1.1');
  await using b = await startTask((_, response) => response.writeHead(500).end('b'), '127.10.2.1');
  await using lab = await startLab({ tasks: [a, b] });

  for (let request = 0; request < 24; request++) await call(lab);

  expect(lab.events.filter(is('host-ejected')).map(({ host }) => host)).toEqual([a.key]);
});
