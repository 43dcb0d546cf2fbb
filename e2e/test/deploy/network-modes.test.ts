import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { expectBefore, expectImages, expectTemplates } from './expectations.ts';
import { callsOf, changesOf, labAccount, synthesizedApp, webServer } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import { startVerb } from './run-verb.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const modes = 'Switchyard-NetworkModes';
const imageParameter = '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id';
const apps = new AsyncDisposableStack();
let byDefault: SynthesizedApp;
let app: SynthesizedApp;
beforeAll(async () => {
  byDefault = apps.use(await synthesizedApp());
  app = apps.use(await synthesizedApp({ networkModes: 'true' }));
});
afterAll(async () => await apps.disposeAsync());

describe('deploy and destroy with network modes', () => {
  it('deploys the instances last, from the newest image that AWS names, and destroys them first', async () => {
    await using web = await webServer(200);
    await using lab = await labAccount(app.directory, { loadBalancerHost: web.host });

    const deployed = await lab.run('deploy', '--yes', '--json');

    expect(deployed.code, deployed.stderr).toBe(0);
    const order = callsOf(lab.recorded, 'cloudformation:ExecuteChangeSet');
    expectBefore(app, order, ({ name, needs }) => needs.map((needed) => [needed, name]));
    expect(order.indexOf(modes)).toBeGreaterThan(order.indexOf('Switchyard-Services'));
    await expectTemplates(app, lab.recorded);
    expectImages(await lab.engine.calls());
    // Nobody passes the image: CloudFormation looks it up under the name that the template gives.
    expect(Object.entries(lab.recorded.stacks.get(modes)?.resolved ?? {})).toContainEqual([
      await imageParameterKey(),
      'ami-0123456789abcdef0',
    ]);
    expect(
      Object.keys((JSON.parse(deployed.stdout) as { outputs: Record<string, object> }).outputs[modes] ?? {}),
    ).toEqual(expect.arrayContaining(['NetworkLoadBalancerUrl', 'ClassicLoadBalancerUrl']));

    lab.recorded.calls.length = 0;
    const destroyed = await lab.run('destroy', '--yes');

    expect(destroyed.stdout).toBe('destroyed; nothing is left that costs money\n');
    expectBefore(app, callsOf(lab.recorded, 'cloudformation:DeleteStack'), ({ name, needs }) =>
      needs.map((needed) => [name, needed]),
    );
  });

  it('refuses to deploy without them while they stand, and destroys them without the switch', async () => {
    await using web = await webServer(200);
    await using lab = await labAccount(app.directory, { loadBalancerHost: web.host });
    expect((await lab.run('deploy', '--yes')).code).toBe(0);
    const without = async (...args: string[]) =>
      await startVerb([...args, '--yes', '--assembly', byDefault.directory], lab.environment).result;

    lab.recorded.calls.length = 0;
    const deployed = await without('deploy');

    expect(deployed.stderr).toContain(
      `✗ switches: ${modes} uses what Switchyard-Platform would lose by this deployment: give the switches of the last one again, or delete ${modes} first, with "aws cloudformation delete-stack --stack-name ${modes} --region us-east-1" or, with everything else, "pnpm run destroy".`,
    );
    expect(deployed.code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);

    const destroyed = await without('destroy');

    expect(destroyed.stderr).toContain(`${modes}: destroying (made with other switches)`);
    expect(destroyed.stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')[0]).toBe(modes);
  });

  it.each([
    ['network', 'Network Load Balancers'],
    ['classic', 'Classic Load Balancers'],
  ] as const)('counts the load balancers of the type %s', async (type, words) => {
    await using lab = await labAccount(app.directory, { loadBalancers: ['application', type] });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(`✗ quotas: 1 more ${words} are needed and 1 are in use, but 1 is the quota in us-east-1`);
    expect(stderr).toContain('One check failed, so nothing was created.');
    expect(code).toBe(1);
  });

  it('says that too few vCPUs are left for the instances', async () => {
    await using lab = await labAccount(app.directory, { usage: { 'L-3032A538': 0, 'L-1216C47A': 2 } });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ quotas: 4 more vCPUs of EC2 instances are needed and 2 are in use, but 5 is the quota in us-east-1',
    );
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });
});

async function imageParameterKey(): Promise<string | undefined> {
  const { Parameters } = JSON.parse(await readFile(join(app.directory, `${modes}.template.json`), 'utf8')) as {
    readonly Parameters: Readonly<Record<string, { readonly Default: string }>>;
  };
  return Object.entries(Parameters).find(([, { Default }]) => Default === imageParameter)?.[0];
}
