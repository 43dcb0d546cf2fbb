import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { ECSClient } from '@aws-sdk/client-ecs';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startWatchingEcs } from '../src/index.ts';
import type { EcsEvent, WatchingEcs } from '../src/index.ts';
import { blueprintOf } from './blueprint.ts';
import type { ServiceSpec } from './blueprint.ts';
import { RecordingApis } from './recording-apis.ts';

export const web: ServiceSpec = { name: 'web', loadBalanced: true, records: 'A', connect: true };
const remedies = {
  scale: (service: string, count?: number) => `Scale ${service} to ${count} there.`,
  stop: (service: string, container?: string) => `Stop ${container} of ${service} there.`,
  noContainer: 'Start one there.',
};
export const network = `127.${randomInt(200, 250)}.${randomInt(256)}`;
let host = 1;

/** A server where a container would be. */
export interface FakeContainer extends AsyncDisposable {
  readonly address: string;
  status: number;
}

export async function startContainer(address = `${network}.${++host}`): Promise<FakeContainer> {
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

export interface TestWatch extends AsyncDisposable {
  readonly ecs: WatchingEcs;
  readonly aws: RecordingApis;
  readonly client: ECSClient;
  readonly events: readonly EcsEvent[];
  /** What the name has; change it at will. */
  addresses: readonly string[] | undefined;
  readonly until: (isSo: () => boolean) => Promise<void>;
  readonly said: (text: string) => boolean;
}

interface WatchOptions {
  readonly aws?: RecordingApis;
  readonly keeping?: { readonly lookMs: number; readonly settledMs: number };
  readonly spec?: Partial<ServiceSpec>;
}

export async function startWatch(options: WatchOptions = {}): Promise<TestWatch> {
  const { aws = new RecordingApis(), keeping = { lookMs: 60_000, settledMs: 0 }, spec } = options;
  await using stack = new AsyncDisposableStack();
  const events: EcsEvent[] = [];
  const waiting = new Set<() => void>();
  let endpointUrl = '';
  const ecs = await startWatchingEcs({
    blueprint: blueprintOf([{ ...web, ...spec }]),
    endpointUrl: () => endpointUrl,
    metadata: { host: '127.0.0.1', port: 0 },
    lookUp: async () => await Promise.resolve(watch.addresses),
    containerAt: async (address) => await Promise.resolve(`box-${address}`),
    remedies,
    keeping,
    intervalMs: 20,
    disposeTimeoutMs: 60_000,
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

export const sorted = (texts: readonly (string | undefined)[]): string[] =>
  texts.map(String).toSorted((one, other) => one.localeCompare(other));
export const isSteady = (watch: TestWatch) => (): boolean => watch.said('has reached a steady state');

export async function startSteady(count: number, options?: WatchOptions) {
  await using stack = new AsyncDisposableStack();
  const containers = await Promise.all(Array.from({ length: count }, async () => stack.use(await startContainer())));
  const watch = stack.use(await startWatch(options));
  watch.addresses = containers.map(({ address }) => address);
  watch.ecs.run();
  await watch.until(() => isSteady(watch)() && watch.aws.targetsIn('healthy').length === count);
  const moved = stack.move();
  return { watch, containers, [Symbol.asyncDispose]: async () => await moved.disposeAsync() };
}

export async function metadata(watch: TestWatch, from: string, path = '/v4/self/task'): Promise<[number, string]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number, string]>();
  get({ host: '127.0.0.1', port: watch.ecs.metadataPort, path, localAddress: from, agent: false }, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (text: string) => (body += text));
    answer.on('end', () => resolve([answer.statusCode ?? 0, body]));
  }).on('error', reject);
  return await promise;
}
