import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { DescribeServicesCommand, ECSClient, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { expect, test } from 'vitest';
import { startWatchingEcs } from '../src/index.ts';
import type { EcsEvent, WatchingEcs } from '../src/index.ts';
import { blueprintOf } from './blueprint.ts';
import type { ServiceSpec } from './blueprint.ts';
import { RecordingApis } from './recording-apis.ts';

const web: ServiceSpec = { name: 'web', loadBalanced: true, records: 'A', connect: true };
const remedies = { scale: 'Scale it there.', stop: 'Stop it there.', noContainer: 'Start one there.' };
const network = `127.${randomInt(200, 250)}.${randomInt(256)}`;
let host = 1;

/** A server where a container would be. */
interface FakeContainer extends AsyncDisposable {
  readonly address: string;
  status: number;
}

async function startContainer(address = `${network}.${++host}`): Promise<FakeContainer> {
  const server = createServer((_request, response) => {
    response.statusCode = container.status;
    if (container.status === 503) response.setHeader('connection', 'close');
    response.end();
  });
  await once(server.listen(3000, address), 'listening');
  const container = {
    address,
    status: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  };
  return container;
}

interface TestWatch extends AsyncDisposable {
  readonly ecs: WatchingEcs;
  readonly aws: RecordingApis;
  readonly client: ECSClient;
  readonly events: readonly EcsEvent[];
  /** What the name has; change it at will. */
  addresses: readonly string[] | undefined;
  readonly until: (isSo: () => boolean) => Promise<void>;
  readonly said: (text: string) => boolean;
}

async function startWatch(aws = new RecordingApis(), keeping = { lookMs: 60_000, settledMs: 0 }): Promise<TestWatch> {
  await using stack = new AsyncDisposableStack();
  const events: EcsEvent[] = [];
  const waiting = new Set<() => void>();
  let endpointUrl = '';
  const ecs = await startWatchingEcs({
    blueprint: blueprintOf([web]),
    endpointUrl: () => endpointUrl,
    metadata: { host: '127.0.0.1', port: 0 },
    lookUp: async () => await Promise.resolve(watch.addresses),
    remedies,
    keeping,
    intervalMs: 20,
    onEvent: (event) => {
      events.push(event);
      for (const ask of waiting) ask();
    },
  });
  const endpoint = stack.use(await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [...aws.apis, ecs.api] }));
  endpointUrl = endpoint.url;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new ECSClient({ endpoint: endpoint.url, region: 'us-east-1', credentials });
  stack.defer(() => client.destroy());
  stack.use(ecs);
  const moved = stack.move();
  const watch: TestWatch = {
    ecs,
    aws,
    client,
    events,
    addresses: [],
    said: (text) => events.some((event) => event.kind === 'service' && event.message.includes(text)),
    until: async (isSo) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const ask = (): void => (isSo() ? resolve() : undefined);
      waiting.add(ask);
      aws.watchers.add(ask);
      ask();
      await promise;
      waiting.delete(ask);
      aws.watchers.delete(ask);
    },
    [Symbol.asyncDispose]: async () => await moved.disposeAsync(),
  };
  return watch;
}

const sorted = (texts: readonly (string | undefined)[]): string[] =>
  texts.map(String).toSorted((one, other) => one.localeCompare(other));
const steady = (watch: TestWatch) => (): boolean => watch.said('has reached a steady state');

async function startSteady(count: number, aws?: RecordingApis, keeping?: { lookMs: number; settledMs: number }) {
  await using stack = new AsyncDisposableStack();
  const containers = await Promise.all(Array.from({ length: count }, async () => stack.use(await startContainer())));
  const watch = stack.use(await startWatch(aws, keeping));
  watch.addresses = containers.map(({ address }) => address);
  watch.ecs.run();
  await watch.until(() => steady(watch)() && watch.aws.targetsIn('healthy').length === count);
  const moved = stack.move();
  return { watch, containers, [Symbol.asyncDispose]: async () => await moved.disposeAsync() };
}

async function metadata(watch: TestWatch, from: string, path = '/v4/self/task'): Promise<[number, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number, string]>();
  get({ host: '127.0.0.1', port: watch.ecs.metadataPort, path, localAddress: from, agent: false }, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (text: string) => (body += text));
    answer.on('end', () => resolve([answer.statusCode ?? 0, body]));
  }).on('error', reject);
  return await promise;
}

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

test('changes through the API are refused with the command that makes them', async () => {
  await using lab = await startSteady(1);
  const { client } = lab.watch;
  const scale = client.send(new UpdateServiceCommand({ cluster: 'test', service: 'web', desiredCount: 2 }));
  await expect(scale).rejects.toThrow('Scale it there.');
  await expect(client.send(new StopTaskCommand({ cluster: 'test', task: 'any' }))).rejects.toThrow('Stop it there.');
});

test('waits for the endpoint before it registers anything', async () => {
  const aws = new RecordingApis();
  aws.isDown = true;
  await using container = await startContainer();
  await using watch = await startWatch(aws);
  watch.addresses = [container.address];
  watch.ecs.run();
  await watch.until(() => watch.events.some((event) => event.kind === 'task' && event.to === 'ACTIVATING'));
  expect(aws.calls).toEqual([]);
  aws.isDown = false;
  await watch.until(steady(watch));
});

test('a task that could not be registered is tried again', async () => {
  const aws = new RecordingApis();
  aws.registerError = 'There are too many.';
  await using container = await startContainer();
  await using watch = await startWatch(aws);
  watch.addresses = [container.address];
  watch.ecs.run();
  await watch.until(() => watch.events.some(({ kind }) => kind === 'trouble'));
  aws.registerError = undefined;
  await watch.until(() => aws.targetsIn('healthy').length === 1);
});

test('registers again what a load balancer or Cloud Map forgot', async () => {
  await using lab = await startSteady(2, new RecordingApis(), { lookMs: 20, settledMs: 0 });
  const { aws, until } = lab.watch;
  aws.targets.clear();
  await until(() => aws.targetsIn('healthy').length === 2);
  aws.instances.clear();
  aws.createdServices.clear();
  await until(() => aws.instancesOf('srv-web').length === 2 && aws.instancesOf('srv-sc-web').length === 2);
});

test('takes out what an earlier ECS left behind', async () => {
  const aws = new RecordingApis();
  aws.instances.set('srv-web', new Map([['old', { AWS_INSTANCE_IPV4: '10.0.0.9' }]]));
  const { arn = '' } = blueprintOf([web]).targetGroups[0] ?? {};
  aws.targets.set(arn, new Map([['10.0.0.9:3000', { state: 'unhealthy' }]]));
  await using lab = await startSteady(1, aws, { lookMs: 20, settledMs: 0 });
  await lab.watch.until(() => aws.instances.get('srv-web')?.has('old') === false);
  expect(aws.targetsIn('unhealthy')).toEqual([]);
  expect(aws.targetsIn('healthy')).toHaveLength(1);
});

test('disposing takes every task out of everything', async () => {
  const aws = new RecordingApis();
  const lab = await startSteady(2, aws);
  await lab[Symbol.asyncDispose]();
  expect(aws.targetsIn('healthy')).toEqual([]);
  for (const service of ['srv-web', 'srv-sc-web']) expect(aws.instancesOf(service)).toEqual([]);
});
