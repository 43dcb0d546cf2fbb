import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Blueprint } from '@switchyard/blueprint';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startLocalEcs } from '../src/index.ts';
import type { EcsEvent, LocalEcs, LocalEcsOptions, TaskEvent } from '../src/index.ts';
import { RecordingApis } from './recording-apis.ts';

/** A local ECS with a recording AWS endpoint, a real SDK client, and what it said. */
export interface TestLab extends AsyncDisposable {
  readonly ecs: LocalEcs;
  readonly aws: RecordingApis;
  readonly client: ECSClient;
  readonly events: readonly EcsEvent[];
  /** Resolves with the first event, past or future, for which `isIt` holds. */
  event<E extends EcsEvent>(isIt: (event: EcsEvent) => event is E): Promise<E>;
  event(isIt: (event: EcsEvent) => boolean): Promise<EcsEvent>;
  /** Resolves when `isSo` holds, which is asked after every event and every call to the AWS endpoint. */
  until(isSo: () => boolean): Promise<void>;
  /** Resolves when a service has reached a steady state anew. */
  steadyAgain(service: string): Promise<void>;
  /** Changes a service's desired count. */
  scale(service: string, desiredCount: number): Promise<unknown>;
  /** Service events' messages so far. */
  messages(): string[];
}

export function isTask(isIt: (event: TaskEvent) => boolean): (event: EcsEvent) => event is TaskEvent {
  return (event): event is TaskEvent => event.kind === 'task' && isIt(event);
}

export async function startTestLab(blueprint: Blueprint, options: Partial<LocalEcsOptions> = {}): Promise<TestLab> {
  await using stack = new AsyncDisposableStack();
  const aws = new RecordingApis();
  const events: EcsEvent[] = [];
  const waiting = new Set<(event: EcsEvent) => void>();
  let endpointUrl = '';
  const ecs = stack.use(
    await startLocalEcs({
      blueprint,
      endpointUrl: () => endpointUrl,
      dns: { host: '127.0.0.1', port: 9 },
      assumedHealthyAfterMs: 50,
      workspaceRoot: new URL('fixtures', import.meta.url).pathname,
      onEvent: (event) => {
        events.push(event);
        for (const tell of waiting) tell(event);
      },
      ...options,
    }),
  );
  const endpoint = await startAwsEndpoint({ host: '127.0.0.1', port: 0, apis: [...aws.apis, ecs.api] });
  endpointUrl = endpoint.url;
  const client = new ECSClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const seenSteady = new Map<string, number>();
  const until = async (isSo: () => boolean): Promise<void> => {
    if (isSo()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const ask = (): void => {
      if (isSo()) resolve();
    };
    waiting.add(ask);
    aws.watchers.add(ask);
    await promise;
    waiting.delete(ask);
    aws.watchers.delete(ask);
  };
  const moved = stack.move();
  return {
    ecs,
    aws,
    client,
    events,
    event: async (isIt: (event: EcsEvent) => boolean): Promise<never> => {
      const past = events.find(isIt);
      if (past !== undefined) return past as never;
      const { promise, resolve } = Promise.withResolvers<EcsEvent>();
      const tell = (event: EcsEvent): void => {
        if (isIt(event)) resolve(event);
      };
      waiting.add(tell);
      try {
        return (await promise) as never;
      } finally {
        waiting.delete(tell);
      }
    },
    until,
    scale: async (service, desiredCount) =>
      await client.send(new UpdateServiceCommand({ cluster: 'test', service, desiredCount })),
    steadyAgain: async (service) => {
      const steady = (): number =>
        events.filter(
          (event) => event.kind === 'service' && event.message === `(service ${service}) has reached a steady state.`,
        ).length;
      const before = seenSteady.get(service) ?? 1;
      await until(() => steady() > before);
      seenSteady.set(service, steady());
    },
    messages: () => events.flatMap((event) => (event.kind === 'service' ? [event.message] : [])),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await moved.disposeAsync();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}
