import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { recordedEngine } from './container-engine.ts';
import type { AccountOptions, RecordedAccount, RecordedOutput } from './recorded-aws/account.ts';
import { startRecordedAws } from './recorded-aws/start-recorded-aws.ts';
import { runVerb } from './run-verb.ts';

const cdkApp = fileURLToPath(new URL('../../../infra/src/main.ts', import.meta.url));
const quotas = { 'L-F678F1CE': 5, 'L-0263D0A3': 5, 'L-53DA6B97': 50, 'L-29B6F2EB': 50, 'L-3032A538': 6 };
const changing = /^(cloudformation:(Create|Execute|Delete)|s3:PUT)/;

/** A stack of the assembly and the stacks that it needs, as the CDK's manifest has them. */
interface ManifestStack {
  readonly name: string;
  readonly needs: readonly string[];
}

let assembly = '';
let manifest: readonly ManifestStack[] = [];

beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'switchyard-assembly-'));
  await promisify(execFile)(process.execPath, [cdkApp], {
    env: { PATH: process.env['PATH'], HOME: tmpdir(), CDK_OUTDIR: assembly },
  });
  manifest = await stacksOfManifest();
});

afterAll(async () => await rm(assembly, { recursive: true, force: true }));

async function account(options: AccountOptions = {}) {
  const stack = new AsyncDisposableStack();
  const aws = stack.use(await startRecordedAws({ quotas, ...options }));
  const engine = stack.use(await recordedEngine());
  const environment = { ...aws.environment, CDK_DOCKER: engine.command };
  return {
    recorded: aws.account,
    engine,
    run: async (...args: string[]) => await runVerb([...args, '--assembly', assembly], environment),
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

/** Answers every request with one status; what stands behind the recorded load balancer. */
async function webServer(status: number) {
  const server = createServer((_, response) => response.writeHead(status).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function callsOf({ calls }: RecordedAccount, operation: string): string[] {
  return calls.filter((call) => call.startsWith(`${operation} `)).map((call) => call.slice(operation.length + 1));
}

describe('deploy and destroy', () => {
  it('deploys every stack after the ones it needs, tries the load balancer, and destroys them in reverse', async () => {
    await using web = await webServer(200);
    await using lab = await account({ loadBalancerHost: web.host });

    const deployed = await lab.run('deploy', '--yes', '--json');

    expect(deployed.stderr).toContain('✓ credentials: account 111122223333, arn:aws:iam::111122223333:user/ada');
    expect(deployed.code, deployed.stderr).toBe(0);
    const order = callsOf(lab.recorded, 'cloudformation:ExecuteChangeSet');
    expectBefore(order, ({ name, needs }) => needs.map((needed) => [needed, name]));
    expect(JSON.parse(deployed.stdout)).toMatchObject({
      stacks: order,
      account: { accountId: '111122223333' },
      region: 'us-east-1',
      url: `http://${web.host}`,
      smokeTest: true,
    });
    await expectTemplates(lab.recorded);
    expectImages(await lab.engine.calls());

    lab.recorded.calls.length = 0;
    lab.recorded.logGroups
      .add('/aws/ecs/containerinsights/switchyard/performance')
      .add('/aws/ecs/containerinsights/mine/performance');
    const destroyed = await lab.run('destroy', '--yes');

    expect(destroyed.stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(destroyed.code).toBe(0);
    expectBefore(callsOf(lab.recorded, 'cloudformation:DeleteStack'), ({ name, needs }) =>
      needs.map((needed) => [name, needed]),
    );
    expect([...lab.recorded.stacks.values()].map(({ status }) => status)).toEqual(
      manifest.map(() => 'DELETE_COMPLETE'),
    );
  });

  it('says which resource failed and why, and leaves later stacks alone', async () => {
    const reason = 'Unable to assume the service linked role.';
    await using lab = await account({ failures: { 'Switchyard-Platform': { type: 'AWS::ECS::Cluster', reason } } });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toMatch(
      /Switchyard-Platform failed at AWS::ECS::Cluster Cluster \(\w+\): Unable to assume the service linked role\. Mend that/,
    );
    expect(code).toBe(1);
    expect(lab.recorded.stacks.get('Switchyard-Network')?.status).toBe('CREATE_COMPLETE');
    expect(lab.recorded.stacks.get('Switchyard-Platform')?.status).toBe('ROLLBACK_COMPLETE');
    expect(lab.recorded.stacks.has('Switchyard-Services')).toBe(false);
  });

  it('fails when everything is deployed but the load balancer does not keep its promises', async () => {
    await using web = await webServer(503);
    await using lab = await account({ loadBalancerHost: web.host });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(`Everything is deployed, but http://${web.host} does not keep its promises`);
    expect(code).toBe(1);
  });

  it('destroys stacks that were deployed with other switches before the ones that they import from', async () => {
    await using lab = await account();
    stackIn(lab.recorded, 'Switchyard-Network', 'AWS::EC2::VPC', { outputs: [vpcOutput] });
    stackIn(lab.recorded, 'Switchyard-Elsewhere', 'AWS::EC2::Subnet', {
      properties: { VpcId: { 'Fn::ImportValue': 'Switchyard:Vpc' } },
    });

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(code, stderr).toBe(0);
    expect(callsOf(lab.recorded, 'cloudformation:DeleteStack')).toEqual(['Switchyard-Elsewhere', 'Switchyard-Network']);
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
  });

  it('empties a namespace that ECS left services in, and goes on', async () => {
    await using lab = await account();
    lab.recorded.meshServices.add('api');
    stackIn(lab.recorded, 'Switchyard-Platform', 'AWS::ServiceDiscovery::HttpNamespace');

    const { code, stderr, stdout } = await lab.run('destroy', '--yes');

    expect(stderr).toContain('deleted what ECS left in Cloud Map: api.mesh; once more');
    expect(stdout).toBe('destroyed; nothing is left that costs money\n');
    expect(code).toBe(0);
  });

  it('says why a stack cannot be deleted', async () => {
    await using lab = await account();
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

describe('diff', () => {
  it('shows what a deployment would create, and creates nothing', async () => {
    await using lab = await account();

    const { code, stdout, stderr } = await lab.run('diff');

    expect(code, stderr).toBe(0);
    for (const { name } of manifest) expect(stdout).toContain(`Stack ${name}`);
    expect(stdout).toMatch(/\[\+\] AWS::EC2::VPC /);
    expect(lab.recorded.calls.filter((call) => changing.test(call))).toEqual([]);
  });
});

describe('before anything is created', () => {
  it('says every remedy at once for an account that is not bootstrapped, full, and in a region with one zone', async () => {
    await using lab = await account({ bootstrapVersion: undefined, zones: ['us-east-1a'] });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain(
      '✗ region: us-east-1 has one zone for this account, and the network spreads over 2: choose another region with --region.',
    );
    expect(stderr).toContain(
      '✗ CDK bootstrap: Account 111122223333 is not bootstrapped in us-east-1: run "pnpm --filter @switchyard/infra exec cdk bootstrap aws://111122223333/us-east-1" once.',
    );
    expect(stderr).toContain('2 checks failed, so nothing was created.');
    expect(code).toBe(1);
    expect(lab.recorded.calls.filter((call) => changing.test(call))).toEqual([]);
  });

  it('says which quota is too small', async () => {
    await using lab = await account({ vpcs: 5 });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ quotas: 1 more VPCs are needed and 5 are there, but 5 is the quota in us-east-1');
    expect(code).toBe(1);
    expect(lab.recorded.calls.filter((call) => changing.test(call))).toEqual([]);
  });

  it('goes on with a warning when quotas may not be read', async () => {
    await using lab = await account({ quotas: {} });

    const { code, stderr } = await lab.run('deploy', '--dry-run');

    expect(stderr).toMatch(/! quotas: VPCs, .* could not be compared/);
    expect(stderr).toContain('dry run: nothing was created');
    expect(code).toBe(0);
    expect(lab.recorded.calls.filter((call) => changing.test(call))).toEqual([]);
  });

  it('tells the price of every resource that the CDK app makes', async () => {
    await using lab = await account();

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
    await using lab = await account({ callerArn: undefined });

    const { code, stderr } = await lab.run('deploy', '--yes');

    expect(stderr).toContain('✗ credentials: The credentials have expired: log in again with "aws sso login"');
    expect(code).toBe(1);
    expect(lab.recorded.calls.filter((call) => !call.startsWith('sts:'))).toEqual([]);
  });

  it('asks for --yes where nobody can answer', async () => {
    await using lab = await account();

    const { code, stderr } = await lab.run('deploy');

    expect(stderr).toContain('This deployment needs a yes, but there is no terminal to ask on: add --yes.');
    expect(code).toBe(1);
    expect(lab.recorded.calls.filter((call) => changing.test(call))).toEqual([]);
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

const vpcOutput: RecordedOutput = { OutputKey: 'Vpc', OutputValue: 'vpc-1', ExportName: 'Switchyard:Vpc' };

/** A stack that is there already, with one resource. */
function stackIn(
  { stacks }: RecordedAccount,
  name: string,
  type: string,
  {
    properties = {},
    outputs = [],
  }: { readonly properties?: object; readonly outputs?: readonly RecordedOutput[] } = {},
): void {
  stacks.set(name, {
    id: `arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/1`,
    name,
    status: 'CREATE_COMPLETE',
    template: JSON.stringify({ Resources: { Any: { Type: type, Properties: properties } } }),
    templateObject: '',
    parameters: {},
    outputs,
    events: [],
  });
}

async function stacksOfManifest(): Promise<ManifestStack[]> {
  const { artifacts } = JSON.parse(await readFile(join(assembly, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<Record<string, { readonly type: string; readonly dependencies?: readonly string[] }>>;
  };
  const isStack = (name: string): boolean => artifacts[name]?.type === 'aws:cloudformation:stack';
  return Object.entries(artifacts)
    .filter(([name]) => isStack(name))
    .map(([name, { dependencies = [] }]) => ({ name, needs: dependencies.filter(isStack) }));
}

/** Every stack of the manifest once, and of each pair the first before the second. */
function expectBefore(
  order: readonly string[],
  pairsOf: (stack: ManifestStack) => readonly (readonly string[])[],
): void {
  expect(order.toSorted()).toEqual(manifest.map(({ name }) => name).toSorted());
  for (const [before = '', after = ''] of manifest.flatMap(pairsOf)) {
    expect(order.indexOf(before), `${before} before ${after} in ${order.join(', ')}`).toBeLessThan(
      order.indexOf(after),
    );
  }
}

/** What CloudFormation got is what was synthesized, under the hash of its bytes; every other file asset is uploaded, too. */
async function expectTemplates({ stacks, objects }: RecordedAccount): Promise<void> {
  for (const { name } of manifest) {
    const stack = stacks.get(name);
    const synthesized = await readFile(join(assembly, `${name}.template.json`), 'utf8');
    expect(stack?.template).toBe(synthesized);
    expect(stack?.templateObject).toBe(
      `cdk-hnb659fds-assets-111122223333-us-east-1/${createHash('sha256').update(synthesized).digest('hex')}.json`,
    );
    expect(stack?.parameters).toEqual({});
  }
  for (const { name } of manifest) {
    const { files } = JSON.parse(await readFile(join(assembly, `${name}.assets.json`), 'utf8')) as {
      readonly files: Readonly<
        Record<string, { readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>
      >;
    };
    const keys = Object.values(files).flatMap(({ destinations }) =>
      Object.values(destinations).map(({ objectKey }) => objectKey),
    );
    expect([...objects.keys()]).toEqual(
      expect.arrayContaining(keys.map((key) => `cdk-hnb659fds-assets-111122223333-us-east-1/${key}`)),
    );
  }
}

/** Each service's image is built from the one Dockerfile, for its package, and pushed once. */
function expectImages(calls: readonly string[][]): void {
  const built = calls.filter(([verb]) => verb === 'build').map((args) => args[args.indexOf('--build-arg') + 1]);
  expect(new Set(built)).toEqual(new Set(['TARGET=apps/api', 'TARGET=apps/frontend', 'TARGET=apps/worker']));
  const pushed = calls.filter(([verb]) => verb === 'push').map(([, image = '']) => image.split(':')[0]);
  expect(pushed).toEqual(
    built.map(
      () => '111122223333.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-111122223333-us-east-1',
    ),
  );
}
