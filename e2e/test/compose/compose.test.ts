import { DescribeTargetGroupsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { buildLabClient } from '@switchyard/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { labPromises } from '../support/lab-promises.ts';
import { curl } from '../support/lab-under-test.ts';
import { startLoad } from '../support/load.ts';
import type { LoadResult } from '../support/load.ts';
import { docker, engineTrouble, startComposeLab } from './compose-lab.ts';
import type { ComposeLab } from './compose-lab.ts';

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
  /** Load on the api while `change` happens and for some requests after. */
  const underLoad = async (change: () => Promise<unknown>): Promise<LoadResult> => {
    const load = startLoad(`${lab.url}/api/whoami`, clients);
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

  test('nothing but the load balancer, the AWS endpoint and DNS is published, and on this machine only', async () => {
    const names = (await docker('ps', '--format', '{{.Names}}', '--filter', ofProject(lab))).split('\n');
    const published: string[] = [];
    for (const name of names) published.push(await docker('port', name));
    const addresses = published.flatMap((lines) => lines.split('\n')).filter(Boolean);
    const { port } = new URL(lab.url);
    expect(addresses.toSorted()).toEqual(
      [
        `${port}/tcp -> 127.0.0.1:${port}`,
        `4566/tcp -> ${new URL(lab.endpointUrl).host}`,
        `53/tcp -> 127.0.0.1:${lab.dns.port}`,
        `53/udp -> 127.0.0.1:${lab.dns.port}`,
      ].toSorted(),
    );
  });

  test('services are in the private network alone, which has no way out', async () => {
    expect(await docker('network', 'inspect', '--format', '{{.Internal}}', `${lab.project}_private`)).toBe('true');
    const networks: string[] = [];
    for (const service of ['frontend', 'api', 'worker']) {
      for (const name of await lab.containersOf(service))
        networks.push(
          await docker('inspect', '--format', '{{range $n, $_ := .NetworkSettings.Networks}}{{$n}} {{end}}', name),
        );
    }
    expect(networks.map((list) => list.trim())).toEqual(Array(6).fill(`${lab.project}_private`));
  });

  test('an ordinary look-up inside a container finds what Cloud Map knows', async () => {
    const look = `require('node:dns').promises.resolveSrv('worker.switchyard.internal').then((all)=>console.log(all.length,all[0].port))`;
    const { out } = await lab.compose('exec', '-T', 'api', 'node', '-e', look);
    expect(out.trim()).toBe('2 3000');
  });

  test('services run as an ordinary user on a root file system that they cannot write', async () => {
    const write = `try{require('node:fs').writeFileSync('/workspace/x','')}catch(error){console.log(process.getuid(),error.code)}`;
    const { out } = await lab.compose('exec', '-T', 'worker', 'node', '-e', write);
    expect(out.trim()).toBe('1000 EROFS');
  });

  test('scaling up and down under load loses no request, and ECS counts along', async () => {
    const result = await underLoad(async () => {
      await lab.up('--no-recreate', '--scale', 'api=4');
      await untilHealthy('api', 4);
      const { stdout } = await lab.lab('status');
      expect(stdout).toMatch(/^api +desired 4, running 4/m);
      await lab.up('--no-recreate', '--scale', 'api=2');
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

  test('killing a container under load loses at most what was under way, and its target goes', async () => {
    const [victim = ''] = await lab.containersOf('api');
    const result = await underLoad(async () => {
      await docker('kill', victim);
      await untilHealthy('api', 1);
    });
    await docker('start', victim);
    await untilHealthy('api', 2);
    expect(failuresOf(result).length, failuresOf(result).join(' ')).toBeLessThanOrEqual(clients);
    expect(result.statuses.get(200)).toBeGreaterThan(50);
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
    expect(scaled.stderr).toContain('docker compose up -d --no-recreate --scale');
    const [task] = /^ {2}([0-9a-f]{8})/m.exec((await lab.lab('status')).stdout)?.slice(1) ?? [];
    const stopped = await lab.lab('stop-task', task ?? 'none');
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain('docker compose restart');
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

function ofProject({ project }: ComposeLab): string {
  return `label=com.docker.compose.project=${project}`;
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
