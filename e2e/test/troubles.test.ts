import { readdir, readFile } from 'node:fs/promises';

import { buildLabClient, labState } from '@switchyard/lab';
import { describe, expect, test, vi } from 'vitest';

import { curl } from './support/lab-under-test.ts';
import { runCommand, runLab, startLabProcess } from './support/lab-process.ts';
import type { LabProcess } from './support/lab-process.ts';
import { startLoad } from './support/load.ts';

const clients = 4;

/** Processes whose command line or working directory belongs to a task of this lab: its children's children included. */
async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = new Set([pid]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [child, parent] of parents) {
      if (!found.has(parent) || found.has(child)) continue;
      found.add(child);
      grew = true;
    }
  }
  return [...found].filter((each) => each !== pid);
}

/** Those that still run. One that has ended and whose parent has not asked for its exit code does not. */
async function alive(pids: readonly number[]): Promise<number[]> {
  const { stdout } = await runCommand('ps', ['-o', 'pid=,stat=', '-p', pids.join(',')]);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([pid = '', state = 'Z']) => (state.startsWith('Z') ? [] : [Number(pid)]));
}

async function tasksOf(lab: LabProcess, service: string) {
  using client = buildLabClient(lab.ready.urls.endpoint);
  return (await labState(client)).services.find(({ name }) => name === service)?.tasks ?? [];
}

describe('a task that is killed', () => {
  test('loses at most what it had in flight, leaves the rotation and is replaced', async () => {
    await using lab = await startLabProcess();
    const before = await tasksOf(lab, 'api');
    const victim = before[0];
    const load = startLoad(`${lab.ready.urls.http}/api/whoami`, clients);
    await load.after(200);
    const stopped = lab.nextEvent(
      ({ kind, taskId, to }) => kind === 'task' && taskId === victim?.id && to === 'STOPPED',
    );
    const drained = lab.nextEvent(
      ({ kind, target, to }) => kind === 'target-health' && target === `${victim?.address}:3000` && to === 'draining',
    );
    const replaced = lab.nextEvent(
      ({ kind, target, targetGroup, to }) =>
        kind === 'target-health' && targetGroup === 'api' && target !== `${victim?.address}:3000` && to === 'healthy',
    );
    if (victim?.processId === undefined) throw new Error('The task has no process.');
    process.kill(victim.processId, 'SIGKILL');
    expect(await stopped).toMatchObject({ exitCode: 137 });
    await drained;
    await replaced;
    await load.after(200);
    const { statuses, errors, answered } = await load.stop();
    expect(errors.size).toBe(0);
    expect(answered - (statuses.get(200) ?? 0)).toBeLessThanOrEqual(clients);
    const after = await tasksOf(lab, 'api');
    expect(after).toHaveLength(2);
    expect(after.map(({ id }) => id)).not.toContain(victim?.id);
    expect(after.every(({ targets, instances }) => targets[0]?.state === 'healthy' && instances.length === 2)).toBe(
      true,
    );
  });
});

describe('stopping the lab', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s every process ends in order, before the time for it is over, and no port stays open',
    async (signal) => {
      const lab = await startLabProcess();
      const { pid = 0 } = lab.child;
      const processes = await descendantsOf(pid);
      expect(processes.length).toBeGreaterThanOrEqual(6);
      expect(await lab.stop(signal)).toBe(0);
      expect(lab.errors()).toMatch(/stopped; nothing is left running\n$/);
      expect(await alive(processes)).toEqual([]);
      await expect(curl(lab.ready.urls.http)).rejects.toThrow(/ECONNREFUSED/);
      await expect(curl(lab.ready.urls.endpoint)).rejects.toThrow(/ECONNREFUSED/);
    },
  );

  test('with kill -9 its tasks end by themselves', async () => {
    const lab = await startLabProcess();
    const processes = await descendantsOf(lab.child.pid ?? 0);
    await lab.stop('SIGKILL');
    await vi.waitFor(async () => expect(await alive(processes)).toEqual([]), { timeout: 30_000, interval: 100 });
  });
});

describe('two labs at once', () => {
  test('have tasks at addresses of their own and answer independently', async () => {
    await using first = await startLabProcess();
    await using second = await startLabProcess();
    const addresses = await Promise.all(
      [first, second].map(async (lab) => (await tasksOf(lab, 'worker')).map(({ address }) => address)),
    );
    expect(new Set(addresses.flat()).size).toBe(4);
    for (const lab of [first, second])
      expect((await curl(`${lab.ready.urls.http}/journey?format=json`)).status).toBe(200);
  });
});

describe('a running lab', () => {
  test('scales up and down on the command line', async () => {
    await using lab = await startLabProcess();
    const endpoint = ['--endpoint-url', lab.ready.urls.endpoint];
    expect(await runLab(['scale', 'worker', '4', ...endpoint])).toMatchObject({
      code: 0,
      stdout: 'worker is steady with 4 tasks\n',
    });
    expect(await tasksOf(lab, 'worker')).toHaveLength(4);
    expect((await runLab(['scale', 'worker', '1', ...endpoint])).code).toBe(0);
    expect(await tasksOf(lab, 'worker')).toHaveLength(1);
  });

  test('explains a request by its whole URL as by its path', async () => {
    await using lab = await startLabProcess();
    const endpoint = ['--endpoint-url', lab.ready.urls.endpoint];
    for (const target of [`${lab.ready.urls.http}/api/x`, '/api/x']) {
      const { code, stdout, stderr } = await runLab(['explain', 'GET', target, ...endpoint]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/priority 20: path \/api\/x matches[^]*→ forward to api[^]*us-east-1a {2}healthy/);
    }
    for (const elsewhere of ['https://127.0.0.1:8443', 'http://127.0.0.1:1']) {
      expect(await runLab(['explain', 'GET', `${elsewhere}/`, ...endpoint])).toMatchObject({
        code: 1,
        stderr: `No listener of the lab is at ${elsewhere}; its load balancer answers at ${lab.ready.urls.http}.\n`,
      });
    }
  });

  test('keeps every promise of the smoke test', async () => {
    await using lab = await startLabProcess();
    const { code, stdout, stderr } = await runLab(['check', '--url', lab.ready.urls.http]);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').length).toBeGreaterThan(10);
  });

  test('stops a task by the first characters of its id, and another takes its place', async () => {
    await using lab = await startLabProcess();
    const [task] = await tasksOf(lab, 'frontend');
    const id = task?.id ?? '';
    const replaced = lab.nextEvent(
      ({ kind, service, to, taskId }) => kind === 'task' && service === 'frontend' && to === 'RUNNING' && taskId !== id,
    );
    expect((await runLab(['stop-task', id.slice(0, 10), '--endpoint-url', lab.ready.urls.endpoint])).code).toBe(0);
    await replaced;
  });
});
