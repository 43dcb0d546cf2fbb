import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { changesOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import { stackIn } from './stack-in.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('deploy, beside stacks that are no part of it', () => {
  it('refuses to replace what is in a stack of the same name that something else made', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::S3::Bucket', { tags: {} });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ stacks: There is a Switchyard-Network that lacks the tag Application=switchyard, so something else made it, and this deployment would replace what is in it: choose another region with --region or another account with --profile, or delete it.',
    );
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('says which stack of other switches stays, and that it goes on costing money', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Reachability', 'AWS::EC2::NetworkInsightsPath');

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toContain(
      '! stacks: Switchyard-Reachability was deployed with other switches and is no part of this deployment, so it stays and goes on costing money: give its switch again, or delete it with "aws cloudformation delete-stack --stack-name Switchyard-Reachability --region us-east-1" or, with everything else, "pnpm run destroy".',
    );
    expect(code).toBe(0);
  });

  it('says which names are taken that the stacks need', async () => {
    await using lab = await labAccount(app.directory, {
      clusters: ['mine', 'switchyard'],
      namespaces: [
        { name: 'mesh', type: 'HTTP' },
        { name: 'switchyard.internal', type: 'DNS_PRIVATE' },
        { name: 'mine', type: 'HTTP' },
      ],
    });

    const { code, stderr } = await lab.run('deploy', '--yes');

    const remedy = 'delete it, or choose another region with --region or another account with --profile.';
    expect(stderr).toContain(`✗ names: There is a cluster switchyard in us-east-1 already: ${remedy}\n`);
    expect(stderr).toContain(`✗ names: There is a namespace mesh in us-east-1 already: ${remedy}\n`);
    expect(stderr).toContain('! names: There is a private DNS namespace switchyard.internal in us-east-1 already; as');
    expect(stderr).not.toContain('mine');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('says nothing of names that its own stacks have', async () => {
    await using lab = await labAccount(app.directory, {
      clusters: ['switchyard'],
      namespaces: [{ name: 'mesh', type: 'HTTP' }],
    });
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ECS::Cluster', { status: 'UPDATE_ROLLBACK_COMPLETE' });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).not.toContain('names:');
    expect(code).toBe(0);
  });

  it('calls no name taken while it may not see which stacks are there', async () => {
    await using lab = await labAccount(app.directory, {
      clusters: ['switchyard'],
      denied: ['cloudformation:DescribeStacks'],
    });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).not.toContain('names:');
    expect(code).toBe(0);
  });

  it('goes on with a warning when it may not be seen which names are taken', async () => {
    await using lab = await labAccount(app.directory, { denied: ['ecs:DescribeClusters'] });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toContain(
      '! names: Whether the names of the clusters are free could not be seen, as ecs:DescribeClusters is not allowed.',
    );
    expect(code).toBe(0);
  });
});
