import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { workspaceRoot } from '../../src/blueprint/workspace.ts';
import { buildLabClient } from '../../src/client/lab-client.ts';
import { labState } from '../../src/client/lab-state.ts';
import { beginLab } from '../support/lab-command.ts';

const deafTasks = fileURLToPath(new URL('../fixtures/deaf-tasks.ts', import.meta.url));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('lab up that cannot stop in time says so and ends, and its tasks end with it', async () => {
  await using lab = beginLab(
    workspaceRoot,
    ['up', '--json', '--log', 'none', '--port', '0', '--endpoint-port', '0', '--dns-port', '0'],
    { nodeArgs: ['--import', deafTasks] },
  );
  if (lab.child.stdout === null) throw new Error('The lab has no standard output.');
  const [line] = (await once(createInterface(lab.child.stdout), 'line')) as [string];
  const { urls } = JSON.parse(line) as { urls: { endpoint: string } };
  using client = buildLabClient(urls.endpoint);
  const tasks = (await labState(client)).services.flatMap((service) => service.tasks);
  const processes = tasks.flatMap(({ processId }) => processId ?? []);
  expect(processes).toHaveLength(6);
  lab.child.kill('SIGTERM');
  const { code, stderr } = await lab.ended;
  expect({ code }, stderr).toEqual({ code: 1 });
  expect(stderr).toMatch(/\nstopping\nThe lab is still stopping after 5 s: it ends as it is\.\n$/);
  while (processes.some(isAlive)) await new Promise((resolve) => setImmediate(resolve));
}, 120_000);
