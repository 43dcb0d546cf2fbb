import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runCommand } from './support/lab-process.ts';
import { startEmbeddedLab } from './support/lab-under-test.ts';
import type { LabUnderTest } from './support/lab-under-test.ts';

const environment = {
  AWS_ACCESS_KEY_ID: 'switchyard',
  AWS_SECRET_ACCESS_KEY: 'switchyard',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
  // The CLI, as the SDKs, puts `data-` before the host of DiscoverInstances; an address has no such name.
  AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
};

async function isInstalled(command: string, args: readonly string[]): Promise<boolean> {
  const found = await runCommand(command, args).then(
    ({ code }) => code === 0,
    () => false,
  );
  if (!found) console.warn(`skipped: ${command} is not installed`);
  return found;
}

const hasAwsCli = await isInstalled('aws', ['--version']);
const hasDig = await isInstalled('dig', ['-v']);

describe('tools on the command line', () => {
  let lab: LabUnderTest;
  beforeAll(async () => {
    lab = await startEmbeddedLab();
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  async function aws(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await runCommand(
      'aws',
      [...args, '--endpoint-url', lab.endpointUrl, '--output', 'json'],
      environment,
    );
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  describe.runIf(hasAwsCli)('the AWS CLI', () => {
    test('discovers instances', async () => {
      const { Instances } = await aws(
        'servicediscovery',
        'discover-instances',
        '--namespace-name',
        'switchyard.internal',
        '--service-name',
        'worker',
      );
      expect(Instances).toHaveLength(2);
    });

    test('describes the health of targets', async () => {
      const { TargetGroups } = await aws('elbv2', 'describe-target-groups');
      const arns = (TargetGroups as { TargetGroupArn: string }[]).map(({ TargetGroupArn }) => TargetGroupArn);
      expect(arns).toHaveLength(3);
      const { TargetHealthDescriptions } = await aws(
        'elbv2',
        'describe-target-health',
        '--target-group-arn',
        arns[0] ?? '',
      );
      expect(TargetHealthDescriptions).toMatchObject([
        { TargetHealth: { State: 'healthy' } },
        { TargetHealth: { State: 'healthy' } },
      ]);
    });

    test('lists and describes tasks and services', async () => {
      const { taskArns } = await aws('ecs', 'list-tasks', '--cluster', 'switchyard');
      expect(taskArns).toHaveLength(6);
      const { services } = await aws('ecs', 'describe-services', '--cluster', 'switchyard', '--services', 'api');
      expect(services).toMatchObject([{ serviceName: 'api', desiredCount: 2, runningCount: 2 }]);
    });

    test('is told the proper error for what does not exist', async () => {
      const args = [
        'ecs',
        'describe-services',
        '--cluster',
        'nowhere',
        '--services',
        'api',
        '--endpoint-url',
        lab.endpointUrl,
      ];
      const { code, stderr } = await runCommand('aws', args, environment);
      expect(code).not.toBe(0);
      expect(stderr).toContain('ClusterNotFoundException');
    });
  });

  describe.runIf(hasDig)('dig', () => {
    async function dig(...args: readonly string[]): Promise<string> {
      const { code, stdout } = await runCommand('dig', [`@${lab.dns.host}`, '-p', String(lab.dns.port), ...args]);
      expect(code).toBe(0);
      return stdout;
    }

    test('finds two SRV targets of the worker, each with an address', async () => {
      const names = (await dig('+short', 'SRV', 'worker.switchyard.internal'))
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[3] ?? '');
      expect(names).toHaveLength(2);
      for (const name of names) expect(await dig('+short', 'A', name)).toMatch(/^127\.\d+\.\d+\.\d+\n$/);
    });

    test('finds the addresses of the frontend by TCP as by UDP', async () => {
      const [tcp, udp] = await Promise.all([
        dig('+short', '+tcp', 'frontend.switchyard.internal'),
        dig('+short', 'frontend.switchyard.internal'),
      ]);
      expect(tcp.trim().split('\n').toSorted()).toEqual(udp.trim().split('\n').toSorted());
    });

    test('is told NXDOMAIN for a name that was never registered', async () => {
      expect(await dig('nobody.switchyard.internal')).toMatch(/status: NXDOMAIN/);
    });
  });
});
