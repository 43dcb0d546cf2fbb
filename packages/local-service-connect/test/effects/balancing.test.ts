import { expect, test } from 'vitest';

import { call, startLab, startTask } from '../harness.ts';

test('sends requests to the tasks in turn', async () => {
  await using a = await startTask((_, response) => response.end('a'), '127.10.1.1');
  await using b = await startTask((_, response) => response.end('b'), '127.10.2.1');
  await using lab = await startLab({ tasks: [a, b] });

  const bodies = [await call(lab), await call(lab), await call(lab), await call(lab)].map(({ body }) => body);

  expect(bodies).toEqual(['a', 'b', 'a', 'b']);
});

test("connects to tasks from the calling task's own address", async () => {
  await using task = await startTask((request, response) => response.end(request.socket.remoteAddress));
  await using lab = await startLab({ tasks: [task], localAddress: '127.10.200.77' });

  expect((await call(lab)).body).toBe('127.10.200.77');
});
