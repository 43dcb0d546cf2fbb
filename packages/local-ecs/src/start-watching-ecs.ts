import type { Blueprint } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { answeringClients } from './effects/answering-clients.ts';
import { lazyAwsClients } from './effects/aws-clients.ts';
import { containerNameAt, createLookUp } from './effects/look-up.ts';
import { Places } from './effects/places.ts';
import { assertImitated } from './effects/preflight.ts';
import { Records } from './effects/records.ts';
import { refusingChanges } from './api/refusing-changes.ts';
import type { Remedies } from './api/refusing-changes.ts';
import { RegistrationKeeper } from './effects/registration-keeper.ts';
import { registrationEvents } from './effects/registration-events.ts';
import { createRegistrations } from './effects/registrations.ts';
import { startSelfMetadataServer } from './effects/self-metadata-server.ts';
import { watchedGroupsOf } from './effects/target-groups-to-watch.ts';
import { createTargetWatch } from './effects/target-watch.ts';
import { WatchedService } from './effects/watched-service.ts';
import type { EcsEvent } from './events.ts';

export interface WatchingEcsOptions {
  readonly blueprint: Blueprint;
  /** Where Cloud Map and Elastic Load Balancing answer. Asked from {@link WatchingEcs.run} on. */
  readonly endpointUrl: () => string;
  /** Where tasks' metadata is served, to each task its own. Port 0: any that is free. */
  readonly metadata: { readonly host: string; readonly port: number };
  /** A service's addresses now; `undefined`: not known. Default: the A records of its name, from this machine's resolver. */
  readonly lookUp?: (service: string) => Promise<readonly string[] | undefined>;
  /** What the engine calls the container at an address; `undefined`: not known. Default: the address's name in this machine's resolver. */
  readonly containerAt?: (address: string) => Promise<string | undefined>;
  readonly remedies: Remedies & {
    /** What to say of a service without containers. */
    readonly noContainer: string;
  };
  /** Between two looks at each service and each task. Default 200. */
  readonly intervalMs?: number;
  /** How often registrations are compared with what there should be, and how long a task must run for that. Default 2000, 3000. */
  readonly keeping?: { readonly lookMs: number; readonly settledMs: number };
  /** How long taking the tasks out of everything may take when this is disposed. Default 3000. */
  readonly disposeTimeoutMs?: number;
  readonly onEvent?: (event: EcsEvent) => void;
}

export type WatchingEcs = AsyncDisposable & {
  /** `ecs`, to be mounted on an AWS endpoint. */
  readonly api: AwsApi;
  readonly metadataPort: number;
  /** Begins to watch. Tasks are registered as soon as the endpoint answers. */
  run(): void;
  /** What keeps the services from being complete and healthy, in words; nothing: all are. */
  troubles(): readonly string[];
};

/**
 * ECS for tasks that something else starts: it watches each service's name in DNS and each address's health check, and does for
 * what it finds what ECS does for its tasks: target groups, Cloud Map, Service Connect, metadata, events. A container that
 * answers 503 has been told to stop and is taken out before it goes. `desiredCount` is what is there. Disposing takes all tasks
 * out of everything.
 */
export async function startWatchingEcs(options: WatchingEcsOptions): Promise<WatchingEcs> {
  const { blueprint, onEvent = () => {}, intervalMs = 200 } = options;
  const now = Date.now;
  assertImitated(blueprint, ['FARGATE']);
  const records = new Records({ blueprint, assumedHealthyAfterMs: 1000, now, onEvent });
  const abort = new AbortController();
  const { signal } = abort;
  const lazy = lazyAwsClients(options.endpointUrl, blueprint.region);
  const clients = answeringClients(lazy, intervalMs, signal);
  const targetWatch = createTargetWatch({
    groups: watchedGroupsOf({ blueprint, clients, classic: lazy.classic, signal }),
    isPending: (targetGroup) => records.awaits(targetGroup),
    onStates: (targetGroup, states) => {
      for (const name of records.noteTargets(targetGroup, states)) services.get(name)?.settle();
    },
  });
  const registrations = new RegistrationKeeper({
    blueprint,
    records,
    clients,
    signal,
    now,
    ...options.keeping,
    registrations: createRegistrations({
      blueprint,
      clients,
      classic: lazy.classic,
      signal,
      ...registrationEvents(blueprint, records, targetWatch),
    }),
  });
  const places = new Places(blueprint, 10);
  const services = new Map(
    [...records.services].map(([name, state]) => [
      name,
      new WatchedService({
        blueprint,
        state,
        records,
        places,
        registrations,
        targetWatch,
        lookUp: lookUpOf(name, options),
        containerAt: options.containerAt ?? containerNameAt,
        intervalMs,
        noContainer: options.remedies.noContainer,
        signal,
        now,
        onEvent,
      }),
    ]),
  );
  for (const service of services.values()) service.settle();
  const all = [...services.values()];
  const metadata = await startSelfMetadataServer({
    blueprint,
    ...options.metadata,
    taskAt: async (address) =>
      (await Promise.all(all.map(async (service) => await service.taskOfCaller(address)))).find(Boolean),
    now,
  });
  return {
    api: refusingChanges(blueprint, records, options.remedies),
    metadataPort: metadata.port,
    run() {
      for (const service of all) void service.look();
      registrations.keep();
    },
    troubles: () => troublesOf(records),
    async [Symbol.asyncDispose]() {
      await metadata[Symbol.asyncDispose]();
      const limit = setTimeout(() => abort.abort(), options.disposeTimeoutMs ?? 3000);
      // Who looks after the registrations would take what is taken out for forgotten.
      await registrations[Symbol.asyncDispose]();
      targetWatch.close();
      await Promise.all(all.map(async (service) => await service.close()));
      clearTimeout(limit);
      abort.abort();
      await lazy[Symbol.asyncDispose]();
    },
  };
}

function lookUpOf(name: string, { lookUp }: WatchingEcsOptions): () => Promise<readonly string[] | undefined> {
  return lookUp === undefined ? createLookUp(name) : async () => await lookUp(name);
}

function troublesOf(records: Records): string[] {
  return [...records.services.values()].flatMap((state) => {
    const { name } = state.definition;
    const tasks = records.tasksOf(name).filter((task) => task.desiredStatus === 'RUNNING');
    if (tasks.length === 0) return [`${name}: no container`];
    return tasks.flatMap((task) => {
      const { state: health } = records.healthOf(task, state);
      if (health === 'healthy') return [];
      const targets = [...task.targets].map(([group, target]) => `, ${target.state} in target group ${group}`);
      return [`${name}: the task at ${task.address} is ${task.lastStatus}${targets.join('')}`];
    });
  });
}
