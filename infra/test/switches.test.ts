import { describe, expect, it } from 'vitest';
import { parseSwitches, switchDescriptions } from '../src/switches.ts';

const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d-0000-4000-8000-000000000000';

describe('switches', () => {
  it('have defaults: two zones, one NAT gateway, free endpoints, HTTP', () => {
    expect(parseSwitches({})).toEqual({
      zones: 2,
      nat: 'one',
      endpoints: 'gateway',
      architecture: 'x86_64',
      deletionProtection: false,
      reachability: false,
      networkModes: false,
      targetTls: false,
      serviceConnectTls: false,
    });
  });

  it('are read from words, as the CDK hands them over, and from values, as cdk.json has them', () => {
    expect(parseSwitches({ zones: '3', deletionProtection: 'true' })).toMatchObject({
      zones: 3,
      deletionProtection: true,
    });
    expect(parseSwitches({ zones: 3, deletionProtection: true })).toMatchObject({ zones: 3, deletionProtection: true });
  });

  it('leave the CDK’s own keys alone', () => {
    expect(() => parseSwitches({ 'aws:cdk:enable-path-metadata': true, '@aws-cdk/core:x': 1 })).not.toThrow();
  });

  it('take interface endpoints where there is no NAT gateway', () => {
    expect(parseSwitches({ nat: 'none' }).endpoints).toBe('interface');
    expect(parseSwitches({ nat: 'one', endpoints: 'interface' })).toMatchObject({ nat: 'one', endpoints: 'interface' });
  });

  it('have a help text and words for their values each', () => {
    for (const { help, values } of Object.values(switchDescriptions)) {
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(values).not.toBe('');
    }
  });

  it.each([
    [{ natt: 'none' }, 'INFRA_SWITCH_UNKNOWN', 'There is no switch "natt": use one of zones, nat,'],
    [{ nat: 'two' }, 'INFRA_SWITCH_INVALID', 'The switch "nat" cannot be "two": use none or one or per-zone.'],
    [{ zones: 1 }, 'INFRA_SWITCH_INVALID', 'The switch "zones" cannot be "1": use 2 or 3.'],
    [{ reachability: 'yes' }, 'INFRA_SWITCH_INVALID', 'use true or false.'],
    [{ domainName: 'not a name', certificateArn }, 'INFRA_SWITCH_INVALID', 'use a name such as lab.example.com.'],
    [{ docsUrl: 'docs' }, 'INFRA_SWITCH_INVALID', 'use an address that begins with https://.'],
    [{ alarmEmail: 'nobody' }, 'INFRA_SWITCH_INVALID', 'use an address.'],
    [{ nat: 'none', endpoints: 'gateway' }, 'INFRA_SWITCHES_CONTRADICT', 'leave endpoints out or use interface.'],
    [{ domainName: 'lab.example.com' }, 'INFRA_SWITCHES_CONTRADICT', 'add hostedZoneId, or certificateArn'],
    [{ certificateArn }, 'INFRA_SWITCHES_CONTRADICT', 'add domainName, a name that certificateArn is for.'],
    [{ constructor: '1' }, 'INFRA_SWITCH_UNKNOWN', 'There is no switch "constructor"'],
    [{ ['__proto__']: '1' }, 'INFRA_SWITCH_UNKNOWN', 'There is no switch "__proto__"'],
    [{ hostedZoneId: 'Z0123456789' }, 'INFRA_SWITCHES_CONTRADICT', 'add domainName.'],
  ])('refuse %j with one sentence', (context, code, message) => {
    expect(() => parseSwitches(context)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
