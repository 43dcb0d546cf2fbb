import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../src/app.ts';
import type { Switchyard } from '../src/app.ts';
import { repositoryRoot } from './synthesis.ts';

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly object[] }[];
}

function checked(context: Record<string, unknown> = {}): Switchyard {
  const switchyard = buildApp({ repositoryRoot, context, validateTemplates: true });
  Validations.of(switchyard.app).addPlugins(new AwsSolutionsChecks(switchyard.app));
  return switchyard;
}

describe('the app', () => {
  it.each([
    ['by default', {}],
    ['with reachability', { reachability: true, architecture: 'arm64' }],
    ['with network modes', { networkModes: true, architecture: 'arm64' }],
    ['without NAT', { nat: 'none', zones: 3 }],
    ['with encryption everywhere', { targetTls: true, serviceConnectTls: true, reachability: true }],
    [
      'with a domain',
      {
        domainName: 'lab.example.com',
        hostedZoneId: 'Z0123456789',
        deletionProtection: true,
        alarmEmail: 'ops@example.com',
      },
    ],
  ])('is clean by the AWS Solutions rules and CloudFormation’s own schemas %s', (_title, context) => {
    const { directory } = checked(context).app.synth();
    const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as Report;
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('is refused when somebody opens a port to the internet without a reason', () => {
    const { app, network } = checked();
    const group = new SecurityGroup(Stack.of(network), 'Open', { vpc: network.network.vpc });
    group.addIngressRule(Peer.anyIpv4(), Port.tcp(22));
    expect(() => app.synth()).toThrow('AwsSolutions-EC23');
  });
});
