import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { buildLabClient } from '@switchyard/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { labPromises } from '../support/lab-promises.ts';
import { curl } from '../support/lab-under-test.ts';
import { startLoad } from '../support/load.ts';
import type { LoadResult } from '../support/load.ts';
import { docker, engineTrouble, ofProject, startComposeLab } from './compose-lab.ts';
import type { ComposeLab } from './compose-lab.ts';
import { isolation } from './isolation.ts';

const trouble = await engineTrouble();
if (trouble !== undefined) process.stdout.write(`The lab in containers is not tested: ${trouble}.\n`);

const clients = 4;
const patience = { timeout: 45_000, interval: 250 };

describe.skipIf(trouble !== undefined)('the lab in containers', () => {
  let lab: ComposeLab;
  beforeAll(async () => {
    lab = await startComposeLab();
  });
  afterAll(async () => await lab?.[Symbol.asyncDispose]());

  const targetStates = async (service: string): Promise<string[]> => {
    using client = buildLabClient(lab.endpointUrl);
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: await targetGroupArn(lab, service) });
    const { TargetHealthDescriptions = [] } = await client.elb.send(command);
    return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State ?? '');
  };
  const untilHealthy = async (service: string, count: number): Promise<void> =>
    await expect.poll(async () => await targetStates(service), patience).toEqual(Array(count).fill('healthy'));
  /** Load on the api while `change` happens and for some requests after; whoever answers knows which task it is. */
  const underLoad = async (change: () => Promise<unknown>): Promise<LoadResult> => {
    const load = startLoad(`${lab.url}/api/whoami`, clients, (status, body) => {
      if (status !== 200) return undefined;
      const { source } = JSON.parse(body) as { source: string };
      return source === 'task metadata' ? undefined : source;
    });
    await load.after(20);
    try {
      await change();
      await load.after(50);
      return await load.stop();
    } catch (error) {
      await load.stop();
      // The next test starts from what this one found.
      await lab.up();
      throw error;
    }
  };

  labPromises(() => lab);

  isolation(() => lab);

  test('a changed desired count replaces no container that is there', async () => {
    const before = await runningOf(lab);
    await lab.up('--scale', 'api=3');
    expect(await runningOf(lab)).toEqual(expect.arrayContaining(before));
    await lab.up('--scale', 'api=2');
    expect(await runningOf(lab)).toEqual(before);
    await untilHealthy('api', 2);
  });

  test('scaling up and down under load loses no request, and ECS counts along', async () => {
    const result = await underLoad(async () => {
      await lab.up('--scale', 'api=4');
      await untilHealthy('api', 4);
      const { stdout } = await lab.lab('status');
      expect(stdout).toMatch(/^api +desired 4, running 4/m);
      await lab.up('--scale', 'api=2');
      await untilHealthy('api', 2);
    });
    expect(failuresOf(result)).toEqual([]);
    expect(result.answered).toBeGreaterThan(50);
  });

  test('restarting one container after the other under load loses no request', async () => {
    const result = await underLoad(async () => {
      for (const name of await lab.containersOf('api')) {
        await docker('restart', name);
        await untilHealthy('api', 2);
      }
    });
    expect(failuresOf(result)).toEqual([]);
  });

  test('restarting all of a service at once under load answers what it took, and 503 while nobody is there', async () => {
    const result = await underLoad(async () => {
      await lab.compose('restart', 'api');
      await untilHealthy('api', 2);
    });
    expect(failuresOf(result).filter((failure) => failure !== '503')).toEqual([]);
    expect(result.statuses.get(200)).toBeGreaterThan(50);
  });

  test('killing a container under load loses what is sent to it until its target goes, and no more', async () => {
    const [victim = ''] = await lab.containersOf('api');
    const result = await underLoad(async () => {
      await docker('kill', victim);
      await untilHealthy('api', 1);
    });
    await docker('start', victim);
    await untilHealthy('api', 2);
    // What each client had under way, and what it sent before the target was gone: to an address where nobody is any more.
    expect(failuresOf(result).length, failuresOf(result).join(' ')).toBeLessThanOrEqual(2 * clients);
    expect(result.statuses.get(200)).toBeGreaterThan(50);
  });

  test('a container that is told to stop while it starts is gone at once', async () => {
    const [name = ''] = await lab.containersOf('worker');
    await docker('kill', name);
    await docker('start', name);
    await docker('stop', name);
    // Of SIGTERM, or of a stop in order; 137 would be SIGKILL at the end of the stop timeout.
    expect(['0', '143']).toContain(await docker('inspect', '--format', '{{.State.ExitCode}}', name));
    await docker('start', name);
    await untilHealthy('worker', 2);
  });

  test('a stopped service is a 503 of the load balancer’s own, and `lab status` says why', async () => {
    await lab.compose('stop', 'api');
    await expect.poll(async () => (await curl(`${lab.url}/api/whoami`)).status, patience).toBe(503);
    const { stdout } = await lab.lab('status');
    expect(stdout).toMatch(/^api +desired 0, running 0/m);
    expect(stdout).toContain(
      'no tasks; last event: (service api) was unable to place a task. Reason: No container of it runs',
    );
    await lab.up();
    await untilHealthy('api', 2);
    expect((await curl(`${lab.url}/api/whoami`)).status).toBe(200);
  });

  test('scaling and stopping through the ECS API say the command that does it here', async () => {
    const scaled = await lab.lab('scale', 'api', '3');
    expect(scaled.code).toBe(1);
    expect(scaled.stderr).toContain('docker compose up -d --scale api=3');
    const [task] = /^ {2}([0-9a-f]{8})/m.exec((await lab.lab('status')).stdout)?.slice(1) ?? [];
    const stopped = await lab.lab('stop-task', task ?? 'none');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/`docker stop switchyard-e2e-[a-z]+-\d`/);
    const killed = await lab.lab('stop-task', task ?? 'none', '--kill');
    expect(killed.code).toBe(1);
    expect(killed.stderr).toMatch(/`docker kill switchyard-e2e-[a-z]+-\d`/);
  });

  test('every stand-in can be restarted, and the lab is whole again', async () => {
    for (const standIn of ['cloud-map', 'load-balancer', 'ecs', 'service-connect']) {
      await lab.compose('restart', standIn);
      for (const service of ['frontend', 'api', 'worker']) await untilHealthy(service, 2);
      for (const via of ['cloud-map-dns', 'cloud-map-api', 'service-connect'])
        await expect.poll(async () => (await curl(`${lab.url}/journey?via=${via}`)).status, patience).toBe(200);
    }
  });

  test('`docker compose down` leaves no container and no network', async () => {
    await lab[Symbol.asyncDispose]();
    expect(await docker('ps', '--all', '--quiet', '--filter', ofProject(lab))).toBe('');
    expect(await docker('network', 'ls', '--quiet', '--filter', ofProject(lab))).toBe('');
  });
});

/** The ids of everything that runs, in order. */
async function runningOf(lab: ComposeLab): Promise<string[]> {
  return (await docker('ps', '--quiet', '--filter', ofProject(lab))).split('\n').toSorted();
}

/** Every answer but 200 and every missing one, by status or error code. */
function failuresOf({ statuses, errors }: LoadResult): string[] {
  return [...statuses, ...errors].flatMap(([what, count]) =>
    what === 200 ? [] : Array<string>(count).fill(String(what)),
  );
}

async function targetGroupArn(lab: ComposeLab, name: string): Promise<string> {
  using client = buildLabClient(lab.endpointUrl);
  const { TargetGroups } = await client.elb.send(new DescribeTargetGroupsCommand({ Names: [name] }));
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}
