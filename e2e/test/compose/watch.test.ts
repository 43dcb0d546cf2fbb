import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { expect, test } from 'vitest';

import { runCommand, workspaceRoot } from '../support/lab-process.ts';
import { curl } from '../support/lab-under-test.ts';
import { docker, engineTrouble, startComposeLab } from './compose-lab.ts';

const patience = { timeout: 100_000, interval: 500 };
const left = new Set(['node_modules', '.git', '.turbo', 'cdk.out']);

test.skipIf((await engineTrouble()) !== undefined)(
  'a change in a service’s source is in its containers soon while `docker compose watch` runs, and in no other',
  async () => {
    await using stack = new AsyncDisposableStack();
    const copy = await mkdtemp(join(tmpdir(), 'switchyard-'));
    stack.defer(async () => await rm(copy, { recursive: true }));
    await cp(workspaceRoot, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
    // The images have one name, wherever they are built.
    stack.defer(async () => void (await runCommand('docker', ['compose', 'build', 'worker'])));
    const lab = stack.use(await startComposeLab(copy));
    const others = async (): Promise<string> => {
      const names = [...(await lab.containersOf('frontend')), ...(await lab.containersOf('api'))];
      return await docker('inspect', '--format', '{{.Id}}', ...names);
    };
    const before = await others();
    stack.use(await lab.watch());
    const file = join(copy, 'apps/worker/src/app.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(
      file,
      source.replace('return app;', "app.get('/worker/watched', async () => ({ watched: true }));\n  return app;"),
    );
    const watched = async (): Promise<number> => (await curl(`${lab.url}/worker/watched`)).status;
    await expect.poll(watched, patience).toBe(200);
    await expect.poll(async () => await lab.containersOf('worker'), patience).toHaveLength(2);
    expect(await others()).toBe(before);
  },
  240_000,
);
