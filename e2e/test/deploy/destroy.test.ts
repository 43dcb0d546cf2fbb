import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { callsOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import type { RecordedOutput } from './recorded-aws/account.ts';
import { stackIn } from './stack-in.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('destroy', () => {
  it('destroys stacks that were deployed with other switches before the ones that they import from', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC', { outputs: [vpcOutput] });
    stackIn(lab.recorded, 'Switchyard-NetworkModes', 'AWS::EC2::Subnet', {
      properties: { VpcId: { 'Fn::ImportValue': 'Switchyard:Vpc' } },
    });

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(code, stderr).toBe(0);
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')).toEqual([
      'Switchyard-NetworkModes',
      'Switchyard-Network',
    ]);
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
  });

  it('empties a namespace that ECS left services in, and goes on', async () => {
    await using lab = await labAccount(app.directory);
    lab.recorded.meshServices.add('api');
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ServiceDiscovery::HttpNamespace');

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(stderr).toContain('deleted what ECS left in Cloud Map: api; once more');
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(code).toBe(0);
  });

  it('lists what is left that may cost money, without what AWS only still lists', async () => {
    const bucket = 'arn:aws:s3:::switchyard-logs';
    const gone = 'arn:aws:ec2:us-east-1:111122223333:natgateway/nat-0123456789abcdef0';
    await using lab = await labAccount(app.directory, {
      tagged: [bucket, gone, 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1'],
    });

    const { code, stdout, stderr } = await lab.run('destroy', '--yes');

    expect(stdout).toBe(`left, and perhaps costing money:\n  ${bucket}\n`);
    expect(stderr).toContain('1 resource is left that may cost money: delete it in the console.');
    expect(code).toBe(1);
  });

  it("says what stays in the CDK's bootstrap, and how to delete it", async () => {
    await using lab = await labAccount(app.directory, { images: [70_000_000, 80_500_000] });
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC');

    const { code, stdout } = await lab.run('destroy', '--yes');

    expect(stdout.split('\n')).toEqual([
      "destroyed; nothing is left that costs money but what the CDK's bootstrap keeps:",
      '  2 images (151 MB), those of every deployment among them, in the repository cdk-hnb659fds-container-assets-111122223333-us-east-1',
      '  templates and files of functions in the bucket cdk-hnb659fds-assets-111122223333-us-east-1',
      expect.stringMatching(/^ {2}S3: .* per GB-month; images in ECR: .* per GB-month \(USD, \d{4}-\d\d-\d\d\)$/),
      '  what no stack uses is deleted by: pnpm --filter @switchyard/infra exec cdk gc --unstable=gc --created-buffer-days 0 aws://111122223333/us-east-1',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('deletes nothing while a stack is being updated, and says so before it asks', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC', { status: 'UPDATE_IN_PROGRESS' });

    const { code, stderr } = await lab.run('destroy');

    expect(stderr).toContain(
      'Switchyard-Network is in UPDATE_IN_PROGRESS, in which CloudFormation deletes nothing: wait until "aws cloudformation describe-stacks --stack-name Switchyard-Network --region us-east-1" says that it is complete, then run "pnpm run destroy" again.',
    );
    expect(code).toBe(1);
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')).toEqual([]);
  });

  it('stops waiting for a stack of other switches when interrupted', async () => {
    await using lab = await labAccount(app.directory, { stalls: 'Switchyard-NetworkModes' });
    stackIn(lab.recorded, 'Switchyard-NetworkModes', 'AWS::EC2::Subnet');
    const destruction = lab.start('destroy', '--yes');
    await vi.waitFor(
      () => {
        expect(lab.recorded.stacks.get('Switchyard-NetworkModes')?.status).toBe('DELETE_IN_PROGRESS');
      },
      { timeout: 60_000 },
    );

    destruction.interrupt();

    const { code, stderr } = await destruction.result;
    expect(stderr).toContain(
      'interrupted; what CloudFormation has begun goes on without this command: when it is done, run this again',
    );
    expect(code).toBe(1);
  });

  it.each([
    ['AWS::EC2::Subnet', [vpcOutput], 'Switchyard-NetworkModes failed: Export is in use by Mine.'],
    [
      'AWS::ServiceDiscovery::HttpNamespace',
      [],
      'Switchyard-NetworkModes failed at AWS::ServiceDiscovery::HttpNamespace Any: Namespace has associated services.',
    ],
  ])('says why a stack of other switches cannot be deleted, with a resource of %s', async (type, outputs, sentence) => {
    await using lab = await labAccount(app.directory);
    lab.recorded.meshServices.add('api');
    stackIn(lab.recorded, 'Switchyard-NetworkModes', type, { outputs });
    stackIn(lab.recorded, 'Mine', 'AWS::EC2::Subnet', {
      properties: { VpcId: { 'Fn::ImportValue': 'Switchyard:Vpc' } },
    });

    const { code, stderr } = await lab.run('destroy', '--yes');

    expect(stderr).toContain(`${sentence} Mend that and run "pnpm run destroy" again: what stands costs money.`);
    expect(code).toBe(1);
  });

  it('says why a stack cannot be deleted', async () => {
    await using lab = await labAccount(app.directory);
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC', { outputs: [vpcOutput] });
    stackIn(lab.recorded, 'Mine', 'AWS::EC2::Subnet', {
      properties: { VpcId: { 'Fn::ImportValue': 'Switchyard:Vpc' } },
    });

    const { code, stderr } = await lab.run('destroy', '--yes');

    expect(stderr).toContain('Switchyard-Network failed: Export is in use by Mine.');
    expect(stderr).toContain('what stands costs money');
    expect(code).toBe(1);
  });
});

const vpcOutput: RecordedOutput = { OutputKey: 'Vpc', OutputValue: 'vpc-1', ExportName: 'Switchyard:Vpc' };
