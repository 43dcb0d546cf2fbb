import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { startLocalEcs } from '../src/index.ts';
import type { LocalEcsOptions } from '../src/index.ts';
import { blueprintOf } from './blueprint.ts';
import type { ServiceSpec } from './blueprint.ts';
import { isTask, startTestLab } from './lab.ts';

test('places the desired tasks over two zones, each at its own address, and registers them', async () => {
  const blueprint = blueprintOf([{ name: 'web', desiredCount: 2, loadBalanced: true, records: 'SRV', connect: true }]);
  await using lab = await startTestLab(blueprint);
  await lab.ecs.run();
  const { taskArns } = await lab.client.send(new ListTasksCommand({ cluster: 'test', serviceName: 'web' }));
  const { tasks = [] } = await lab.client.send(new DescribeTasksCommand({ cluster: 'test', tasks: taskArns }));
  expect(new Set(tasks.map((task) => task.availabilityZone))).toEqual(new Set(['us-east-1a', 'us-east-1b']));
  const octet = lab.ecs.addressOctet;
  const addresses = [`127.${octet}.2.4`, `127.${octet}.3.4`];
  for (const address of addresses) {
    const answer = await fetch(`http://${address}:3000/`);
    expect(await answer.json()).toEqual({ service: 'web', address });
  }
  expect(new Set(lab.aws.targetsIn('healthy'))).toEqual(new Set(addresses.map((address) => `${address}:3000`)));
  expect(lab.aws.instancesOf('srv-web')).toHaveLength(2);
  expect(lab.aws.instancesOf('srv-web')[0]).toMatchObject({ AWS_INSTANCE_PORT: '3000' });
});

test('two labs on one machine live in different addresses', async () => {
  await using one = await startTestLab(blueprintOf([{ name: 'web' }]));
  await using other = await startTestLab(blueprintOf([{ name: 'web' }]));
  await Promise.all([one.ecs.run(), other.ecs.run()]);
  expect(one.ecs.addressOctet).not.toBe(other.ecs.addressOctet);
  await expect(startTestLab(blueprintOf([]), { addressOctet: one.ecs.addressOctet })).rejects.toMatchObject({
    code: 'LOCAL_ECS_ADDRESSES_TAKEN',
    message: `127.${one.ecs.addressOctet}.0.0/16 is in use by another lab on this machine; stop it, or give this one another address octet.`,
  });
});

async function endsOf(spec: ServiceSpec, disposeTimeoutMs: number): Promise<(number | undefined)[]> {
  const lab = await startTestLab(blueprintOf([spec]), { disposeTimeoutMs });
  await lab.ecs.run();
  await lab[Symbol.asyncDispose]();
  return lab.events.filter(isTask((event) => event.to === 'STOPPED')).map(({ exitCode }) => exitCode);
}

test('disposing lets every process end by itself', async () => {
  const ends = await endsOf({ name: 'web', desiredCount: 2, container: { stopTimeoutSeconds: 60 } }, 60_000);
  expect(ends).toEqual([0, 0]);
});

test('disposing kills a process that ignores SIGTERM when the time for that is over', async () => {
  const ends = await endsOf({ name: 'slow', app: 'slow', container: { stopTimeoutSeconds: 3600 } }, 300);
  expect(ends).toEqual([137]);
});

test('disposing does not wait for a task that is draining', async () => {
  const blueprint = blueprintOf([{ name: 'web', loadBalanced: true, container: { stopTimeoutSeconds: 60 } }]);
  const targetGroups = blueprint.targetGroups.map((group) => ({
    ...group,
    attributes: { 'deregistration_delay.timeout_seconds': '3600' },
  }));
  const lab = await startTestLab({ ...blueprint, targetGroups }, { disposeTimeoutMs: 60_000 });
  await lab.ecs.run();
  lab.aws.deregisteredState = 'draining';
  await lab.scale('web', 0);
  await lab.until(() => lab.aws.targetsIn('draining').length === 1);
  await lab[Symbol.asyncDispose]();
  expect(lab.aws.targetsIn('draining')).toHaveLength(1);
  expect(lab.events.findLast(isTask(() => true))).toMatchObject({ to: 'STOPPED', exitCode: 0 });
});

test('disposing during the start ends the run with an error', async () => {
  const lab = await startTestLab(blueprintOf([{ name: 'mute', app: 'mute' }]));
  const outcome = lab.ecs.run().then(
    () => 'steady',
    (error: unknown) => error,
  );
  await lab.event(isTask((event) => event.to === 'PENDING'));
  await lab[Symbol.asyncDispose]();
  expect(await outcome).toMatchObject({ code: 'LOCAL_ECS_STOPPED' });
});

async function refusal(spec: Partial<ServiceSpec>, options: Partial<LocalEcsOptions> = {}): Promise<unknown> {
  const started = startLocalEcs({
    blueprint: blueprintOf([{ name: 'shop', ...spec }]),
    endpointUrl: 'http://127.0.0.1:9',
    dns: { host: '127.0.0.1', port: 9 },
    workspaceRoot: new URL('fixtures', import.meta.url).pathname,
    ...options,
  });
  return await started.then(
    () => 'started',
    (error: unknown) => error,
  );
}

test('refuses a service whose image only Docker can run', async () => {
  const image = { kind: 'registry' as const, uri: 'nginx:1' };
  expect(await refusal({ container: { image } })).toMatchObject({
    code: 'LOCAL_ECS_IMAGE_NOT_RUNNABLE',
    message: expect.stringMatching(
      /^Service shop: container shop uses the image nginx:1, which only Docker can run;/,
    ) as string,
  });
  const asset = { kind: 'asset' as const, directory: '.', dockerfile: 'Dockerfile', buildArgs: {} };
  expect(await refusal({ container: { image: asset } })).toMatchObject({ code: 'LOCAL_ECS_IMAGE_NOT_RUNNABLE' });
});

test('refuses a service whose program does not exist, or that node does not run', async () => {
  expect(await refusal({ app: 'nowhere' })).toMatchObject({
    code: 'LOCAL_ECS_PROGRAM_MISSING',
    message: expect.stringContaining('apps/nowhere/src/main.ts, which does not exist') as string,
  });
  expect(await refusal({ container: { command: ['nginx', '-g', 'daemon off;'] } })).toMatchObject({
    code: 'LOCAL_ECS_COMMAND_NOT_RUNNABLE',
  });
});

test.each([
  ['an EC2 service', { launchType: 'EC2' as const }],
  ['a daemon', { schedulingStrategy: 'DAEMON' as const }],
])('refuses %s', async (_, service) => {
  expect(await refusal({ service })).toMatchObject({ code: 'LOCAL_ECS_SERVICE_UNSUPPORTED' });
});

test.each([
  ['task definition', { taskDefinition: 'gone' }],
  ['cluster', { cluster: 'gone' }],
  ['subnet', { network: { subnets: ['gone'], securityGroups: [], assignPublicIp: false } }],
  ['target group', { loadBalancers: [{ targetGroup: 'gone', containerName: 'shop', containerPort: 3000 }] }],
  ['discovery service', { serviceRegistries: [{ discoveryService: 'gone' }] }],
  ['namespace', { serviceConnect: { namespace: 'gone', services: [] } }],
])('refuses a blueprint without the %s that a service names', async (what, service) => {
  expect(await refusal({ service })).toMatchObject({
    code: 'LOCAL_ECS_BLUEPRINT_INCOMPLETE',
    message: `Service shop: the blueprint has no ${what} gone; synthesize it again.`,
  });
});

test('refuses a service whose target group no listener forwards to, whose targets would be unused for ever', async () => {
  const blueprint = blueprintOf([{ name: 'shop', loadBalanced: true }], { loadBalancers: [] });
  expect(await refusal({}, { blueprint })).toMatchObject({
    code: 'LOCAL_ECS_TARGET_GROUP_UNUSED',
    message:
      'Service shop: the target group shop-tg does not have an associated load balancer; forward to it from a listener rule.',
  });
});
