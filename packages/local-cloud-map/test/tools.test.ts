/** The tools that people type. Where one is not installed its tests are skipped, and the title says so. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { RegisterInstanceCommand } from '@aws-sdk/client-servicediscovery';
import { describe, expect, test } from 'vitest';
import { api, dnsNamespace, startTestLab, worker, type TestLab } from './lab.ts';

const run = promisify(execFile);
const lacks = (tool: string, flag: string) => spawnSync(tool, [flag], { timeout: 20_000 }).status !== 0;
const noAws = lacks('aws', '--version');
const noDig = lacks('dig', '-v');
const because = (missing: boolean, tool: string) => (missing ? ` (skipped: ${tool} is not installed)` : '');

describe(`the AWS CLI${because(noAws, 'the AWS CLI')}`, () => {
  const aws = async (lab: TestLab, ...words: string[]): Promise<unknown> => {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      AWS_ENDPOINT_URL: lab.endpointUrl,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      NO_PROXY: '127.0.0.1',
    };
    const { stdout } = await run('aws', ['servicediscovery', ...words, '--output', 'json'], { env, timeout: 30_000 });
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  };

  test.skipIf(noAws)(
    'registers an instance and discovers it',
    async () => {
      await using lab = await startTestLab();
      const attributes = 'AWS_INSTANCE_IPV4=127.10.0.1,zone=us-east-1a';
      const register = ['register-instance', '--service-id', api.id, '--instance-id', 'i1', '--attributes', attributes];
      const { OperationId } = (await aws(lab, ...register)) as { OperationId: string };
      expect(await aws(lab, 'get-operation', '--operation-id', OperationId)).toMatchObject({
        Operation: { Status: 'SUCCESS', CreateDate: expect.closeTo(Date.now() / 1000, -2) },
      });
      const discover = ['discover-instances', '--namespace-name', dnsNamespace.name, '--service-name', 'api'];
      expect(await aws(lab, ...discover)).toMatchObject({ Instances: [{ InstanceId: 'i1', HealthStatus: 'HEALTHY' }] });
    },
    120_000,
  );

  test.skipIf(noAws)(
    'lists namespaces and shows the API errors',
    async () => {
      await using lab = await startTestLab();
      const { Namespaces } = (await aws(lab, 'list-namespaces')) as { Namespaces: { Name: string }[] };
      expect(Namespaces.map(({ Name }) => Name)).toEqual(['switchyard.internal', 'mesh']);
      await expect(aws(lab, 'get-service', '--id', 'srv-none')).rejects.toMatchObject({
        stderr: expect.stringContaining('(ServiceNotFound) when calling the GetService operation'),
      });
    },
    120_000,
  );
});

describe(`dig${because(noDig, 'dig')}`, () => {
  const dig = async (lab: TestLab, ...words: string[]): Promise<string> => {
    const { stdout } = await run('dig', [
      `@${lab.dns.host}`,
      '-p',
      String(lab.dns.port),
      '+tries=1',
      '+time=10',
      ...words,
    ]);
    return stdout;
  };

  test.skipIf(noDig)('shows SRV records, by UDP and by TCP', async () => {
    await using lab = await startTestLab();
    const Attributes = { AWS_INSTANCE_IPV4: '127.10.0.1', AWS_INSTANCE_PORT: '3000' };
    await lab.client.send(new RegisterInstanceCommand({ ServiceId: worker.id, InstanceId: 't1', Attributes }));
    const line = /^worker\.switchyard\.internal\.\s+10\s+IN\s+SRV\s+1 1 3000 t1\.worker\.switchyard\.internal\.$/m;
    expect(await dig(lab, 'worker.switchyard.internal', 'SRV')).toMatch(line);
    expect(await dig(lab, '+tcp', 'worker.switchyard.internal', 'SRV')).toMatch(line);
  });

  test.skipIf(noDig)('finds nothing to warn of', async () => {
    await using lab = await startTestLab();
    for (const type of ['A', 'SOA', 'NS', 'ANY', 'HTTPS']) {
      expect(await dig(lab, 'switchyard.internal', type)).not.toMatch(/warning|malformed|;; error|extra bytes/i);
    }
  });
});
