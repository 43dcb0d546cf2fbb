import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { callsOf, changesOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import { stackIn } from './stack-in.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const insights = '/aws/ecs/containerinsights/switchyard/performance';
const handler = '/aws/lambda/Switchyard-Network-Any-EXAMPLE';
const foreignLogGroups = ['/aws/lambda/Switchyard-Billing-fn', '/aws/ecs/containerinsights/switchyard-2/performance'];

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('destroy, in an account with stacks of others', () => {
  it('leaves alone a stack whose name begins like those of the app', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Billing', 'AWS::S3::Bucket');

    const { code, stdout } = await lab.run('destroy', '--yes');

    expect(stdout).toBe('nothing was there, and nothing is left that costs money\n');
    expect(code).toBe(0);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('leaves alone a stack of the same name without the tag of the app, says so, and destroys the others', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ECS::Cluster', { tags: { Application: 'billing' } });
    stackIn(lab.recorded, 'Switchyard-Reachability', 'AWS::S3::Bucket', { tags: {} });
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC');

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(stderr).toContain(
      'Switchyard-Platform: left alone, as it lacks the tag Application=switchyard, so something else made it\n',
    );
    expect(stderr).toContain('Switchyard-Reachability: left alone');
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(code).toBe(0);
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')).toEqual(['Switchyard-Network']);
  });

  it('deletes no log group when no stack is there, and lists those that may be of a lab before', async () => {
    await using lab = await labAccount(app.directory, { logGroups: new Set([insights, handler, ...foreignLogGroups]) });

    const { code, stdout } = await lab.run('destroy');

    expect(stdout).toBe(`left, and perhaps costing money:\n  log group ${insights}\n  log group ${handler}\n`);
    expect(code).toBe(1);
    expect([...lab.recorded.logGroups]).toEqual([insights, handler, ...foreignLogGroups]);
  });

  it('names the log groups that go with the stacks before it asks, and deletes none without a yes', async () => {
    await using lab = await labAccount(app.directory, { logGroups: new Set([insights, handler, ...foreignLogGroups]) });
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::Lambda::Function');
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ECS::Cluster', { properties: { ClusterName: 'switchyard' } });

    const { code, stderr } = await lab.run('destroy');

    expect(stderr).toContain(`log groups that AWS made for them: ${handler}, ${insights}\n`);
    expect(stderr).toContain('This destruction needs a yes, but there is no terminal to ask on: add --yes.');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('deletes the log groups of the clusters and functions in its stacks, and no other', async () => {
    await using lab = await labAccount(app.directory, { logGroups: new Set([insights, handler, ...foreignLogGroups]) });
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::Lambda::Function');
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ECS::Cluster', { properties: { ClusterName: 'switchyard' } });

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(stderr).toContain(`✓ log group ${insights}: destroyed\n`);
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(code).toBe(0);
    expect([...lab.recorded.logGroups]).toEqual(foreignLogGroups);
  });

  it('deletes what was analysed on its reachability paths, which hold their stack back, and nothing else', async () => {
    await using lab = await labAccount(app.directory, {
      analyses: new Map([
        ['nia-1', 'nip-Any'],
        ['nia-2', 'nip-Any'],
        ['nia-3', 'nip-mine'],
      ]),
    });
    stackIn(lab.recorded, 'Switchyard-Reachability', 'AWS::EC2::NetworkInsightsPath');

    const { code, stderr } = await lab.run('destroy', '--yes');

    expect(code, stderr).toBe(0);
    expect(stderr).toContain('✓ 2 reachability analyses: destroyed\n');
    expect([...lab.recorded.analyses.keys()]).toEqual(['nia-3']);
  });
});
