import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { expectBefore, expectImages, expectTemplates } from './expectations.ts';
import { callsOf, labAccount, synthesizedApp, webServer } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('deploy and destroy', () => {
  it('deploys every stack after the ones it needs, tries the load balancer, and destroys them in reverse', async () => {
    await using web = await webServer(200);
    await using lab = await labAccount(app.directory, { loadBalancerHost: web.host });

    const deployed = await lab.run('deploy', '--yes', '--json');

    expect(deployed.stderr).toContain('✓ credentials: account 111122223333, arn:aws:iam::111122223333:user/ada');
    expect(deployed.code, deployed.stderr).toBe(0);
    const order = callsOf(lab.recorded, 'cloudformation:ExecuteChangeSet');
    expectBefore(app, order, ({ name, needs }) => needs.map((needed) => [needed, name]));
    expect(JSON.parse(deployed.stdout)).toMatchObject({
      stacks: order,
      account: { accountId: '111122223333' },
      region: 'us-east-1',
      url: `http://${web.host}`,
      smokeTest: true,
    });
    await expectTemplates(app, lab.recorded);
    expectImages(await lab.engine.calls());

    lab.recorded.calls.length = 0;
    lab.recorded.logGroups
      .add('/aws/ecs/containerinsights/switchyard/performance')
      .add('/aws/ecs/containerinsights/mine/performance');
    const destroyed = await lab.run('destroy', '--yes');

    expect(destroyed.stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(destroyed.code).toBe(0);
    expectBefore(app, callsOf(lab.recorded, 'cloudformation:DeleteStack'), ({ name, needs }) =>
      needs.map((needed) => [name, needed]),
    );
    expect([...lab.recorded.stacks.values()].map(({ status }) => status)).toEqual(
      app.stacks.map(() => 'DELETE_COMPLETE'),
    );
  });

  it('says which resource failed and why, and leaves later stacks alone', async () => {
    const reason = 'Unable to assume the service linked role.';
    await using lab = await labAccount(app.directory, {
      failures: { 'Switchyard-Platform': { type: 'AWS::ECS::Cluster', reason } },
    });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toMatch(
      /Switchyard-Platform failed at AWS::ECS::Cluster Cluster \(\w+\): Unable to assume the service linked role\. Mend that/,
    );
    expect(code).toBe(1);
    expect(lab.recorded.stacks.get('Switchyard-Network')?.status).toBe('CREATE_COMPLETE');
    expect(lab.recorded.stacks.get('Switchyard-Platform')?.status).toBe('ROLLBACK_COMPLETE');
    expect(lab.recorded.stacks.has('Switchyard-Services')).toBe(false);
  });

  it('fails when everything is deployed but the load balancer does not keep its promises', async () => {
    await using web = await webServer(503);
    await using lab = await labAccount(app.directory, { loadBalancerHost: web.host });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(`Everything is deployed, but http://${web.host} does not keep its promises`);
    expect(code).toBe(1);
  });

  it('says that nothing answers, rather than that a promise is broken, where the load balancer cannot be reached', async () => {
    await using lab = await labAccount(app.directory, { loadBalancerHost: 'lab.invalid' });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      'Everything is deployed, but nothing answers at http://lab.invalid from here, so its promises are untried: see that this machine knows the name and may connect, then run "pnpm lab check --url http://lab.invalid".',
    );
    expect(stderr).not.toContain('does not keep its promises');
    expect(code).toBe(1);
  });

  it('stops the CDK when interrupted, and says that CloudFormation goes on', async () => {
    await using lab = await labAccount(app.directory, { stalls: 'Switchyard-Network' });
    const deployment = lab.start('deploy', '--yes');
    await deployment.noted('Switchyard-Network: deploying');

    deployment.interrupt();

    const { code, stderr } = await deployment.result;
    expect(stderr).toContain('interrupted; what CloudFormation has begun goes on');
    expect(code).toBe(1);
    expect(lab.recorded.stacks.has('Switchyard-Platform')).toBe(false);
  });
});
