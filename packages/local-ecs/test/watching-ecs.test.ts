import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { RecordingApis } from './recording-apis.ts';
import { isSteady, metadata, network, sorted, startContainer, startSteady, startWatch } from './watch.ts';

test('each address of a service’s name is a task, spread over zones and registered everywhere', async () => {
  await using lab = await startSteady(2);
  const { watch, containers } = lab;
  const addresses = containers.map(({ address }) => address);
  expect(sorted(watch.aws.targetsIn('healthy'))).toEqual(sorted(addresses.map((each) => `${each}:3000`)));
  for (const service of ['srv-web', 'srv-sc-web']) {
    const registered = watch.aws.instancesOf(service).map((each) => each['AWS_INSTANCE_IPV4']);
    expect(sorted(registered)).toEqual(sorted(addresses));
  }
  const zones = watch.aws.instancesOf('srv-web').map((each) => each['AVAILABILITY_ZONE']);
  expect(sorted(zones)).toEqual(['us-east-1a', 'us-east-1b']);
  expect(watch.ecs.troubles()).toEqual([]);
  const { services } = await watch.client.send(new DescribeServicesCommand({ cluster: 'test', services: ['web'] }));
  expect(services?.[0]).toMatchObject({ desiredCount: 2, runningCount: 2 });
});

test('a container that answers 503 is taken out of everything while it goes on', async () => {
  await using lab = await startSteady(2);
  const { watch, containers } = lab;
  const [one] = containers;
  if (one === undefined) throw new Error('There are two.');
  watch.aws.deregisteredState = 'draining';
  one.status = 503;
  await watch.until(() => watch.aws.targetsIn('draining').includes(`${one.address}:3000`));
  await watch.until(() => watch.aws.instancesOf('srv-sc-web').length === 1);
  expect(watch.aws.instancesOf('srv-web')).toHaveLength(1);
  expect(watch.events.some((event) => event.kind === 'task' && event.to === 'STOPPED')).toBe(false);
  await one[Symbol.asyncDispose]();
  watch.addresses = watch.addresses?.filter((each) => each !== one.address);
  await watch.until(() => watch.events.some((event) => event.kind === 'task' && event.to === 'STOPPED'));
});

test('a container that is killed is taken out at once, and another process at its address is another task', async () => {
  await using lab = await startSteady(1);
  const { watch, containers } = lab;
  const [one] = containers;
  if (one === undefined) throw new Error('There is one.');
  await one[Symbol.asyncDispose]();
  await watch.until(() => watch.aws.targets.values().next().value?.size === 0);
  expect(watch.ecs.troubles()).toEqual(['web: no container']);
  await using again = await startContainer(one.address);
  await watch.until(() => watch.aws.targetsIn('healthy').includes(`${again.address}:3000`));
  const ids = new Set(watch.events.flatMap((event) => (event.kind === 'task' ? [event.taskId] : [])));
  expect(ids.size).toBe(2);
  expect(watch.events.find((event) => event.kind === 'task' && event.to === 'STOPPED')).toMatchObject({
    reason: 'Essential container in task exited',
  });
});

test('a service without containers says what to do, and wants none', async () => {
  await using lab = await startSteady(1);
  const { watch } = lab;
  watch.addresses = [];
  await watch.until(() => watch.said('Start one there.'));
  const { services } = await watch.client.send(new DescribeServicesCommand({ cluster: 'test', services: ['web'] }));
  expect(services?.[0]).toMatchObject({ desiredCount: 0, runningCount: 0 });
  expect(watch.aws.instancesOf('srv-web')).toEqual([]);
});

test('an event says once that a task finds no place', async () => {
  const network = { subnets: [], securityGroups: [], assignPublicIp: false };
  await using watch = await startWatch({ spec: { service: { network } } });
  watch.addresses = ['127.0.0.1'];
  watch.ecs.run();
  await watch.until(() => watch.said('unable to place'));
  expect(watch.events).toContainEqual({
    kind: 'service',
    service: 'web',
    message: '(service web) was unable to place a task. Reason: The service has no subnet.',
  });
});

test('tasks stay while nobody can say which addresses there are', async () => {
  await using lab = await startSteady(1);
  const { watch, containers } = lab;
  watch.addresses = undefined;
  const [one] = containers;
  if (one === undefined) throw new Error('There is one.');
  one.status = 500;
  expect((await metadata(watch, one.address))[0]).toBe(200);
  expect(watch.aws.targetsIn('healthy')).toEqual([`${one.address}:3000`]);
});

test('metadata is the caller’s own, by its address, and 404 for whoever is no task', async () => {
  await using lab = await startSteady(2);
  const { watch, containers } = lab;
  for (const { address } of containers) {
    const [status, text] = await metadata(watch, address);
    expect(status).toBe(200);
    const task = JSON.parse(text) as { Family: string; Containers: { Networks: { IPv4Addresses: string[] }[] }[] };
    expect(task.Family).toBe('web');
    expect(task.Containers[0]?.Networks[0]?.IPv4Addresses).toEqual([address]);
    expect((await metadata(watch, address, '/v4/self'))[0]).toBe(200);
    expect((await metadata(watch, address, '/v4/self/nope'))[0]).toBe(404);
    expect((await metadata(watch, address, '/v4/other/task'))[0]).toBe(404);
  }
  expect((await metadata(watch, `${network}.1`))[0]).toBe(404);
});

test('a task that asks for its metadata before it was seen is looked for', async () => {
  await using watch = await startWatch();
  await using container = await startContainer();
  watch.addresses = [container.address];
  expect((await metadata(watch, container.address))[0]).toBe(200);
});

test.each(['killed', 'told to stop'])(
  'a container that was %s and asks before it listens is a new task',
  async (end) => {
    await using lab = await startSteady(1);
    const { watch, containers } = lab;
    const [one] = containers;
    if (one === undefined) throw new Error('There is one.');
    const idOf = ([, text]: [number, string]): string => (JSON.parse(text) as { TaskARN: string }).TaskARN;
    const before = idOf(await metadata(watch, one.address));
    if (end === 'told to stop') {
      one.status = 503;
      await watch.until(() => watch.aws.targetsIn('healthy').length === 0);
    }
    await one[Symbol.asyncDispose]();
    const after = await metadata(watch, one.address);
    expect(after[0]).toBe(200);
    expect(idOf(after)).not.toBe(before);
    await using again = await startContainer(one.address);
    await watch.until(() => watch.aws.targetsIn('healthy').includes(`${again.address}:3000`));
    expect(idOf(await metadata(watch, one.address))).toBe(idOf(after));
  },
);

test('changes through the API are refused with the command that makes them', async () => {
  await using lab = await startSteady(1);
  const { client } = lab.watch;
  const { taskArns: [task] = [] } = await client.send(new ListTasksCommand({ cluster: 'test' }));
  const scale = client.send(new UpdateServiceCommand({ cluster: 'test', service: 'web', desiredCount: 2 }));
  await expect(scale).rejects.toThrow('Scale web to 2 there.');
  const stop = client.send(new StopTaskCommand({ cluster: 'test', task }));
  await expect(stop).rejects.toThrow(`Stop box-${lab.containers[0]?.address} of web there.`);
  await expect(client.send(new StopTaskCommand({ cluster: 'test', task: 'any' }))).rejects.toThrow('was not found');
});

test('tells of each task what its engine calls its container', async () => {
  await using lab = await startSteady(1);
  const { client } = lab.watch;
  const { taskArns: tasks } = await client.send(new ListTasksCommand({ cluster: 'test' }));
  const described = await client.send(new DescribeTasksCommand({ cluster: 'test', tasks }));
  expect(described.tasks?.[0]?.attachments?.[0]?.details).toContainEqual({
    name: 'localContainer',
    value: `box-${lab.containers[0]?.address}`,
  });
});

test('waits for the endpoint before it registers anything', async () => {
  const aws = new RecordingApis();
  aws.isDown = true;
  await using container = await startContainer();
  await using watch = await startWatch({ aws });
  watch.addresses = [container.address];
  watch.ecs.run();
  await watch.until(() => watch.events.some((event) => event.kind === 'task' && event.to === 'ACTIVATING'));
  expect(aws.calls).toEqual([]);
  aws.isDown = false;
  await watch.until(isSteady(watch));
});

test('a task that could not be registered is tried again', async () => {
  const aws = new RecordingApis();
  aws.registerError = 'There are too many.';
  await using container = await startContainer();
  await using watch = await startWatch({ aws });
  watch.addresses = [container.address];
  watch.ecs.run();
  await watch.until(() => watch.events.some(({ kind }) => kind === 'trouble'));
  aws.registerError = undefined;
  await watch.until(() => aws.targetsIn('healthy').length === 1);
});
