import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { callsOf, changesOf, labAccount, synthesizedApp, webServer } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import { stackIn } from './stack-in.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('deploy, run again', () => {
  it('goes on where a failure stopped it, and needs no second VPC', async () => {
    await using web = await webServer(200);
    await using lab = await labAccount(app.directory, {
      loadBalancerHost: web.host,
      vpcs: 4,
      failures: { 'Switchyard-Platform': { type: 'AWS::ECS::Cluster', reason: 'No.' } },
    });
    expect((await lab.run('deploy', '--yes')).code).toBe(1);
    delete lab.recorded.failures['Switchyard-Platform'];
    lab.recorded.calls.length = 0;

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('! stacks: Switchyard-Platform could not be created the last time: what is left of it');
    expect(stderr).toContain('✓ quotas: Application Load Balancers 1 of 50, Fargate vCPUs 3 of 6\n');
    expect(code, stderr).toBe(0);
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')).toEqual(['Switchyard-Platform']);
    expect([...lab.recorded.stacks.values()].map(({ name }) => name).toSorted()).toEqual(
      app.stacks.map(({ name }) => name).toSorted(),
    );
  });

  it('says what an interruption left under way, which destroy takes away', async () => {
    await using lab = await labAccount(app.directory, { stalls: 'Switchyard-Network' });
    const interrupted = lab.start('deploy', '--yes');
    const isUnderWay = () => {
      expect(lab.recorded.stacks.get('Switchyard-Network')?.status).toBe('CREATE_IN_PROGRESS');
    };
    await vi.waitFor(isUnderWay, { timeout: 120_000 });
    interrupted.interrupt();
    expect((await interrupted.result).stderr).toContain(
      'when it is done, run this again or take away what is there with "pnpm run destroy"',
    );
    lab.recorded.calls.length = 0;

    const again = await lab.run('deploy', '--yes');

    expect(again.stderr).toContain(
      '✗ stacks: Switchyard-Network is in CREATE_IN_PROGRESS, as another deployment is under way or an interrupted one goes on: wait until "aws cloudformation describe-stacks --stack-name Switchyard-Network --region us-east-1" says that it is complete, then run this again.',
    );
    expect(again.code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
    expect((await lab.run('destroy', '--yes')).stdout).toBe('destroyed; nothing is left that costs money\n');
  });

  it('says that somebody else began to change a stack in the meantime', async () => {
    await using lab = await labAccount(app.directory, { overtaken: 'Switchyard-Network' });
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC');

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      'Switchyard-Network is in UPDATE_IN_PROGRESS, as somebody else began to change it in the meantime: wait until "aws cloudformation describe-stacks --stack-name Switchyard-Network --region us-east-1" says that it is complete, then run "pnpm run deploy" again.\n',
    );
    expect(code).toBe(1);
    expect(lab.recorded.stacks.has('Switchyard-Platform')).toBe(false);
  });
});
