import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { callsOf, changesOf, labAccount, synthesizedApp } from './lab-account.ts';
import type { SynthesizedApp } from './lab-account.ts';
import type { AccountOptions } from './recorded-aws/account.ts';

// Processes of the CDK app, one after the other, on whatever the machine has to spare.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

const zoneId = 'Z0123456789ABC';
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d';
const apps = new AsyncDisposableStack();
let byDefault: SynthesizedApp;
let inZone: SynthesizedApp;
let certified: SynthesizedApp;
beforeAll(async () => {
  byDefault = apps.use(await synthesizedApp());
  inZone = apps.use(await synthesizedApp({ domainName: 'lab.example.com', hostedZoneId: zoneId }));
  certified = apps.use(await synthesizedApp({ domainName: 'lab.example.com', certificateArn }));
});
afterAll(async () => await apps.disposeAsync());

async function dryRun(app: SynthesizedApp, options: AccountOptions) {
  await using lab = await labAccount(app.directory, options);
  const result = await lab.run('deploy', '--dry-run');
  expect(changesOf(lab.recorded)).toEqual([]);
  return { ...result, account: lab.recorded };
}

describe('the hosted zone', () => {
  it('takes the domain when it is public and has its name', async () => {
    const { code, stderr, account } = await dryRun(inZone, { hostedZones: { [zoneId]: { name: 'example.com' } } });
    expect(stderr).toContain(`✓ hosted zone: ${zoneId} (example.com) takes lab.example.com`);
    expect(callsOf(account, 'route53:GetHostedZone')).toEqual([zoneId]);
    expect(code, stderr).toBe(0);
  });

  it.each([
    [
      'is of another account',
      {},
      `There is no ${zoneId} in account 111122223333: "aws route53 list-hosted-zones" tells what there is for --hosted-zone.`,
    ],
    [
      'is private',
      { hostedZones: { [zoneId]: { name: 'example.com', isPrivate: true } } },
      `${zoneId} (example.com) is private, so nobody outside could find lab.example.com: name a public zone with --hosted-zone.`,
    ],
    [
      'is of another name',
      { hostedZones: { [zoneId]: { name: 'b.example.com' } } },
      `${zoneId} is the zone of b.example.com, which lab.example.com is not in: change --hosted-zone or --domain.`,
    ],
  ])('stops the deployment when it %s', async (_, options, sentence) => {
    const { code, stderr } = await dryRun(inZone, options);
    expect(stderr).toContain(`✗ hosted zone: ${sentence}`);
    expect(code).toBe(1);
  });

  it('is not known to be right without the permission to look', async () => {
    const { code, stderr } = await dryRun(inZone, { denied: ['route53:GetHostedZone'] });
    expect(stderr).toContain(
      `! hosted zone: ${zoneId} could not be looked at, as route53:GetHostedZone is not allowed.`,
    );
    expect(code).toBe(0);
  });
});

describe('the certificate', () => {
  const issuedFor = (...names: readonly string[]) => ({
    certificates: { [certificateArn]: { status: 'ISSUED', names } },
  });

  it('covers the domain by its wildcard', async () => {
    const { code, stderr } = await dryRun(certified, issuedFor('example.com', '*.example.com'));
    expect(stderr).toContain('✓ certificate: issued for example.com, *.example.com');
    expect(code, stderr).toBe(0);
  });

  it.each([
    ['is not there', {}, `There is no ${certificateArn}: "aws acm list-certificates --region us-east-1" tells`],
    [
      'is not issued yet',
      { certificates: { [certificateArn]: { status: 'PENDING_VALIDATION', names: ['lab.example.com'] } } },
      'That for lab.example.com is not issued yet: validate it, by the record that ACM asks for, and run this again.',
    ],
    [
      'has expired',
      { certificates: { [certificateArn]: { status: 'EXPIRED', names: ['lab.example.com'] } } },
      'That for lab.example.com is EXPIRED, so no load balancer takes it: request another for --certificate.',
    ],
    [
      'is for other names',
      issuedFor('example.com', '*.lab.example.com'),
      'It is for example.com, *.lab.example.com, which does not cover lab.example.com: change --certificate or --domain.',
    ],
    [
      'is of another account',
      { accountId: '444455556666' },
      'It is of account 111122223333, but a load balancer in account 444455556666 takes one of its own account only: request one there for --certificate.',
    ],
    [
      'is of another region',
      { region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'] },
      'It is in us-east-1, but a load balancer in eu-west-1 takes one of its own region only: request one there for --certificate, or deploy with --region us-east-1.',
    ],
  ])('stops the deployment when it %s', async (_, options, sentence) => {
    const { code, stderr } = await dryRun(certified, options);
    expect(stderr).toContain(`✗ certificate: ${sentence}`);
    expect(code).toBe(1);
  });

  it('is not known to be right without the permission to look', async () => {
    const { code, stderr } = await dryRun(certified, { denied: ['acm:DescribeCertificate'] });
    expect(stderr).toContain('! certificate: It could not be looked at, as acm:DescribeCertificate is not allowed.');
    expect(code).toBe(0);
  });
});

it('nobody is asked for zones and certificates where no switch names one', async () => {
  const { account } = await dryRun(byDefault, {});
  expect(account.calls.filter((call) => /^(route53|acm):/.test(call))).toEqual([]);
});
