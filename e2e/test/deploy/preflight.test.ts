import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { changesOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import type { RecordedAccount } from './recorded-aws/account.ts';
import { startRecordedAws } from './recorded-aws/start-recorded-aws.ts';
import { runVerb } from './run-verb.ts';
import { stackIn } from './stack-in.ts';

// Processes of the CDK, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let app: SynthesizedApp;
beforeAll(async () => void (app = await synthesizedApp()));
afterAll(async () => await app[Symbol.asyncDispose]());

describe('diff', () => {
  it('shows what a deployment would create, and creates nothing', async () => {
    await using lab = await labAccount(app.directory);

    const { code, stdout, stderr } = await lab.run('diff');

    expect(code, stderr).toBe(0);
    for (const { name } of app.stacks) expect(stdout).toContain(`Stack ${name}`);
    expect(stdout).toMatch(/\[\+\] AWS::EC2::VPC /);
    expect(changesOf(lab.recorded)).toEqual([]);
  });
});

describe('before anything is created', () => {
  it('says every remedy at once for an account that is not bootstrapped and a region with one zone', async () => {
    await using lab = await labAccount(app.directory, { bootstrapVersion: undefined, zones: ['us-east-1a'] });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ region: us-east-1 has one zone for this account, and the network spreads over 2: choose another region with --region.',
    );
    expect(stderr).toContain(
      '✗ CDK bootstrap: Account 111122223333 is not bootstrapped in us-east-1: run "pnpm --filter @switchyard/infra exec cdk bootstrap aws://111122223333/us-east-1" once.',
    );
    expect(stderr).toContain('2 checks failed, so nothing was created.');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('says which stack uses what other switches would take away', async () => {
    await using lab = await labAccount(app.directory);
    watchedNat(lab.recorded);

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ switches: Switchyard-Observability uses what Switchyard-Network would lose by this deployment: give the switches of the last one again, or delete Switchyard-Observability first, with "aws cloudformation delete-stack --stack-name Switchyard-Observability --region us-east-1" or, with everything else, "pnpm run destroy".',
    );
    expect(stderr).toContain('One check failed, so nothing was created.');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it.each([
    ['ListImports', '! switches: Whether what these switches take away is in use could not be seen, as'],
    ['DescribeStacks', '! stacks: What is there already could not be seen, as'],
  ])('goes on with a warning without the permission for %s', async (operation, warning) => {
    await using lab = await labAccount(app.directory, { denied: [`cloudformation:${operation}`] });
    watchedNat(lab.recorded);

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toContain(`${warning} cloudformation:${operation} is not allowed.`);
    expect(code).toBe(0);
  });

  it('says which quota is too small', async () => {
    await using lab = await labAccount(app.directory, { vpcs: 5 });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ quotas: 1 more VPCs are needed and 5 are in use, but 5 is the quota in us-east-1');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('counts what runs in the account already, by the latest that CloudWatch knows', async () => {
    await using lab = await labAccount(app.directory, { usage: { 'L-3032A538': 4.25 } });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ quotas: 3 more Fargate vCPUs are needed and 4.25 are in use, but 6 is the quota');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('goes on with a warning when it may not be read how much is in use', async () => {
    await using lab = await labAccount(app.directory, { denied: ['cloudwatch:GetMetricStatistics'] });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toContain(
      '! quotas: How many Fargate vCPUs are in use could not be read, as cloudwatch:GetMetricStatistics is not allowed: only the 3 of this deployment were compared.',
    );
    expect(stderr).toContain('Fargate vCPUs 3 of 6');
    expect(code).toBe(0);
  });

  it('goes on with a warning when quotas may not be read', async () => {
    await using lab = await labAccount(app.directory, { quotas: {} });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toMatch(/! quotas: VPCs, .* could not be compared/);
    expect(stderr).toContain('dry run: nothing was created');
    expect(code).toBe(0);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('tells the price of every resource that the CDK app makes', async () => {
    await using lab = await labAccount(app.directory);

    const { code, stdout } = await lab.run('deploy', '--dry-run', '--json');

    expect(code).toBe(0);
    const { cost } = JSON.parse(stdout) as {
      readonly cost: { readonly hourlyUsd: number; readonly notCounted: readonly string[] };
    };
    expect(cost.notCounted).toEqual([]);
    expect(cost.hourlyUsd).toBeGreaterThan(0.1);
    expect(cost.hourlyUsd).toBeLessThan(0.5);
  });

  it('says how to log in again when the credentials have expired', async () => {
    await using lab = await labAccount(app.directory, { callerArn: undefined });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ credentials: The credentials have expired: log in again with "aws sso login"');
    expect(code).toBe(1);
    expect(lab.recorded.calls.filter((call) => !call.startsWith('sts:'))).toEqual([]);
  });

  it('asks for --yes where nobody can answer', async () => {
    await using lab = await labAccount(app.directory);

    const { code, stderr } = await lab.run('deploy');

    expect(stderr).toContain('This deployment needs a yes, but there is no terminal to ask on: add --yes.');
    expect(code).toBe(1);
    expect(changesOf(lab.recorded)).toEqual([]);
  });

  it('refuses contradictory switches and unknown ones in one sentence, without asking AWS', async () => {
    await using aws = await startRecordedAws();

    const contradiction = await runVerb(
      ['deploy', '--yes', '--nat', 'none', '--endpoints', 'gateway'],
      aws.environment,
    );
    const domain = await runVerb(['deploy', '--yes', '--domain', 'lab.example.com'], aws.environment);
    const unknown = await runVerb(['deploy', '--yes', '--context', 'nats=none'], aws.environment);

    expect(contradiction).toEqual({
      code: 1,
      stdout: '',
      stderr: 'With nat=none tasks reach AWS through interface endpoints only: leave endpoints out or use interface.\n',
    });
    expect(domain.stderr).toMatch(/^The domain lab\.example\.com needs a certificate: .*\.\n$/);
    expect(unknown.stderr).toMatch(/^There is no switch "nats": .*\.\n$/);
    expect(aws.account.calls).toEqual([]);
  });
});

/** As a deployment with another NAT left it, besides an export that nobody uses. */
function watchedNat(account: RecordedAccount): void {
  const exported = (name: string) => ({
    OutputKey: name,
    OutputValue: name.toLowerCase(),
    ExportName: `Switchyard-Network:${name}`,
  });
  stackIn(account, 'Switchyard-Network', 'AWS::EC2::NatGateway', { outputs: [exported('Nat'), exported('Unused')] });
  stackIn(account, 'Switchyard-Observability', 'AWS::CloudWatch::Alarm', {
    properties: { Dimensions: [{ Value: { 'Fn::ImportValue': 'Switchyard-Network:Nat' } }] },
  });
}
