import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { addSwitchFlags, contextOf } from '../../src/deploy/switches.ts';

function contextFrom(...args: string[]): Record<string, string> {
  const command = addSwitchFlags(new Command('deploy')).exitOverride();
  command.parse(args, { from: 'user' });
  return contextOf(command.opts());
}

describe('contextOf', () => {
  it('leaves to the CDK app what nobody chose', () => {
    expect(contextFrom()).toEqual({});
  });

  it('turns flags into the context keys of the CDK app', () => {
    expect(contextFrom('--nat', 'per-zone', '--zones', '3', '--deletion-protection')).toEqual({
      nat: 'per-zone',
      zones: '3',
      deletionProtection: 'true',
    });
    expect(contextFrom('--domain', 'lab.example.com', '--hosted-zone', 'Z0123456789ABC')).toEqual({
      domainName: 'lab.example.com',
      hostedZoneId: 'Z0123456789ABC',
    });
  });

  it('hands on other context values, with an equals sign in them, too', () => {
    expect(contextFrom('-c', '@aws-cdk/core:flag=a=b')).toEqual({ '@aws-cdk/core:flag': 'a=b' });
  });

  it.each([
    [['--nat', 'two'], /The switch "nat" cannot be "two"/],
    [['-c', 'nats=none'], /There is no switch "nats"/],
    [['-c', 'constructor=1'], /There is no switch "constructor"/],
    [['-c', '__proto__=1'], /There is no switch "__proto__"/],
    [
      ['--certificate', 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b'],
      /add --domain, a name that --certificate is for/,
    ],
    [['-c', 'nat'], /"nat" is not a context value: write it as --context key=value\./],
    [['--domain', 'lab.example.com'], /needs a certificate: add --hosted-zone, or --certificate/],
  ])('refuses %j in one sentence', (args, expected) => {
    expect(() => contextFrom(...args)).toThrow(
      expect.objectContaining({ name: 'LabError', message: expect.stringMatching(expected) }),
    );
  });
});
