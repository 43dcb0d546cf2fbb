import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { blueprintOf } from './blueprint.ts';
import { RecordingApis } from './recording-apis.ts';
import { startContainer, startSteady, web } from './watch.ts';
import type { TestWatch } from './watch.ts';

/** What an ECS that watches does for what is registered, beyond registering it: it looks after it, and takes it out at the end. */

test('registers again what a load balancer or Cloud Map forgot', async () => {
  await using lab = await startSteady(2, { keeping: { lookMs: 20, settledMs: 0 } });
  const { aws, until } = lab.watch;
  aws.targets.clear();
  await until(() => aws.targetsIn('healthy').length === 2);
  aws.instances.clear();
  aws.createdServices.clear();
  await until(() => aws.instancesOf('srv-web').length === 2 && aws.instancesOf('srv-sc-web').length === 2);
});

test('what was registered while something else was registered again is taken out, too', async () => {
  const aws = new RecordingApis();
  await using lab = await startSteady(1, { aws, keeping: { lookMs: 5, settledMs: 0 } });
  const { watch } = lab;
  const mayGoOn = Promise.withResolvers<void>();
  let calls = 0;
  aws.around = async (operation, call) => {
    const output = await call();
    if (operation === 'RegisterInstance' && calls++ === 0) await mayGoOn.promise;
    return output;
  };
  await using other = await startContainer();
  watch.addresses = [...(watch.addresses ?? []), other.address];
  await watch.until(() => aws.instancesOf('srv-web').length === 2 && aws.targetsIn('healthy').length === 2);
  for (const group of aws.targets.values()) group.delete(`${lab.containers[0]?.address}:3000`);
  await watch.until(() => aws.targetsIn('healthy').length === 2);
  mayGoOn.resolve();
  await watch.until(() => aws.instancesOf('srv-sc-web').length === 2);
  watch.addresses = watch.addresses.filter((address) => address !== other.address);
  await watch.until(() => watch.events.some((event) => event.kind === 'task' && event.to === 'STOPPED'));
  expect(aws.instancesOf('srv-web')).toHaveLength(1);
});

test('what Cloud Map has forgotten is taken out without trouble', async () => {
  await using lab = await startSteady(1);
  const { aws, events, until } = lab.watch;
  await until(() => aws.instancesOf('srv-sc-web').length === 1);
  aws.instances.clear();
  lab.watch.addresses = [];
  await until(() => events.some((event) => event.kind === 'task' && event.to === 'STOPPED'));
  expect(events.filter(({ kind }) => kind === 'trouble')).toEqual([]);
});

test('takes out what an earlier ECS left behind', async () => {
  const aws = new RecordingApis();
  aws.instances.set('srv-web', new Map([['old', { AWS_INSTANCE_IPV4: '10.0.0.9' }]]));
  const { arn = '' } = blueprintOf([web]).targetGroups[0] ?? {};
  aws.targets.set(arn, new Map([['10.0.0.9:3000', { state: 'unhealthy' }]]));
  await using lab = await startSteady(1, { aws, keeping: { lookMs: 20, settledMs: 0 } });
  await lab.watch.until(() => aws.instances.get('srv-web')?.has('old') === false);
  expect(aws.targetsIn('unhealthy')).toEqual([]);
  expect(aws.targetsIn('healthy')).toHaveLength(1);
});

test('disposing takes every task out of everything', async () => {
  const aws = new RecordingApis();
  const lab = await startSteady(2, { aws });
  await lab[Symbol.asyncDispose]();
  expect(registeredIn(aws)).toEqual([]);
});

test('disposing takes out what is still joining Service Connect', async () => {
  const aws = new RecordingApis();
  const joining = Promise.withResolvers<void>();
  const mayJoin = Promise.withResolvers<void>();
  aws.around = async (operation, call) => {
    if (operation === 'CreateService') {
      joining.resolve();
      await mayJoin.promise;
    }
    return await call();
  };
  const lab = await startSteady(1, { aws });
  await joining.promise;
  aws.around = async (operation, call) => {
    if (operation.startsWith('Deregister')) mayJoin.resolve();
    return await call();
  };
  const disposed = lab[Symbol.asyncDispose]();
  await roundTrips(lab.watch, 20);
  mayJoin.resolve();
  await disposed;
  expect(registeredIn(aws)).toEqual([]);
});

test('what is being taken out at the end is not registered again', async () => {
  const aws = new RecordingApis();
  const lab = await startSteady(2, { aws, keeping: { lookMs: 1, settledMs: 0 } });
  const mayEnd = Promise.withResolvers<void>();
  aws.around = async (operation, call) => {
    const output = await call();
    if (operation === 'DeregisterInstance') await mayEnd.promise;
    return output;
  };
  const disposed = lab[Symbol.asyncDispose]();
  await roundTrips(lab.watch, 50);
  mayEnd.resolve();
  await disposed;
  expect(registeredIn(aws)).toEqual([]);
});

function registeredIn(aws: RecordingApis): unknown[] {
  return [...aws.targetsIn('healthy'), ...['srv-web', 'srv-sc-web'].flatMap((service) => aws.instancesOf(service))];
}

/** Gives everything else so many occasions to go on. */
async function roundTrips({ client }: TestWatch, count: number): Promise<void> {
  for (let trip = 0; trip < count; trip += 1) await client.send(new ListClustersCommand());
}
