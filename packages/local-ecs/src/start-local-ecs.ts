import type { Blueprint } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { ecsDecisions } from './core/decisions.ts';
import type { ContainerInstance } from './core/container-instance.ts';
import { lazyAwsClients } from './effects/aws-clients.ts';
import { createEcsApi } from './api/ecs-api.ts';
import { assertLoopbackRange, claimAddresses } from './effects/loopback.ts';
import { startMetadataServer } from './effects/metadata-server.ts';
import { Places } from './effects/places.ts';
import { assertImitated, assertRunnable } from './effects/preflight.ts';
import { createProcessRunner } from './effects/process-runner.ts';
import { Records } from './effects/records.ts';
import { registrationEvents } from './effects/registration-events.ts';
import { createRegistrations } from './effects/registrations.ts';
import { Scheduler } from './effects/scheduler.ts';
import { settleServices } from './effects/settling.ts';
import { watchedGroupsOf } from './effects/target-groups-to-watch.ts';
import { createTargetWatch } from './effects/target-watch.ts';
import { createTaskStarter } from './effects/task-starter.ts';
import { TaskLogs } from './effects/task-logs.ts';
import type { EcsEvent } from './events.ts';
import type { StartSidecar } from './sidecar.ts';
import type { TaskRunner } from './task-runner.ts';

export interface LocalEcsOptions {
  readonly blueprint: Blueprint;
  /** Where Cloud Map and Elastic Load Balancing answer: for this stand-in and for its tasks. A function is asked from {@link LocalEcs.run} on. */
  readonly endpointUrl: string | (() => string);
  /** The lab's DNS server. */
  readonly dns: { readonly host: string; readonly port: number };
  /** The repository: images' `TARGET` folders are below it. */
  readonly workspaceRoot: string;
  /** Starts a task's Service Connect proxy; absent: aliases do not resolve. */
  readonly startSidecar?: StartSidecar;
  readonly onEvent?: (event: EcsEvent) => void;
  /** Tasks live in 127.<octet>.0.0/16. Default: the first free one from 10. */
  readonly addressOctet?: number;
  /** Addresses of the VPC that no task gets, since something else has them. Default: none. */
  readonly reservedAddresses?: readonly string[];
  /** How long a task may take to listen before its health checks decide. Default 5000. */
  readonly listenTimeoutMs?: number;
  /** How long a task without health checks must run to count as healthy. Default 1000 (AWS: 40,000). */
  readonly assumedHealthyAfterMs?: number;
  /** How long tasks get from SIGTERM to SIGKILL when this is disposed. Default 4000. */
  readonly disposeTimeoutMs?: number;
  /** Where tasks come from. Default: processes of this machine. */
  readonly runner?: TaskRunner;
}

export type LocalEcs = AsyncDisposable & {
  /** `ecs`, to be mounted on an AWS endpoint. */
  readonly api: AwsApi;
  /** Tasks live in 127.<octet>.0.0/16. */
  readonly addressOctet: number;
  /** EC2 instances that tasks in bridge and host mode share the addresses of. */
  readonly containerInstances: readonly ContainerInstance[];
  /** Where tasks' metadata is served. */
  readonly metadataUrl: string;
  /**
   * Begins to place tasks; resolves when every service is steady. Rejects with LOCAL_ECS_SERVICE_FAILED when a service's tasks do not
   * start: its circuit breaker opened or, without one, three in a row failed (then ECS, and this, keep trying).
   */
  run(): Promise<void>;
  /** A task's last log lines, oldest first; 200 at most. */
  logsOf(taskId: string): readonly string[];
};

/**
 * Starts the stand-in. Nothing is placed until {@link LocalEcs.run}, so that its API can be mounted on the endpoint that the tasks need.
 * Disposing sends SIGTERM to all tasks at once. Throws a `LocalEcsError` when the blueprint holds what cannot run here, or the
 * addresses cannot be had.
 */
export async function startLocalEcs(options: LocalEcsOptions): Promise<LocalEcs> {
  const { blueprint, onEvent = () => {} } = options;
  const now = Date.now;
  assertImitated(blueprint, ['FARGATE', 'EC2']);
  if (options.runner === undefined) await assertRunnable(blueprint, options.workspaceRoot);
  await assertLoopbackRange();
  await using opening = new AsyncDisposableStack();
  const { addressOctet } = opening.use(await claimAddresses(options.addressOctet));
  const logs = new TaskLogs();
  const assumedHealthyAfterMs = options.assumedHealthyAfterMs ?? ecsDecisions.assumedHealthyAfterMs;
  const records = new Records({ blueprint, assumedHealthyAfterMs, now, onEvent });
  const metadata = opening.use(await startMetadataServer(blueprint, () => records.tasks.values(), now));
  const abort = new AbortController();
  const { signal } = abort;
  const endpointUrl = (): URL =>
    new URL(typeof options.endpointUrl === 'string' ? options.endpointUrl : options.endpointUrl());
  const { clients, classic } = opening.use(lazyAwsClients(() => endpointUrl().href, blueprint.region));
  const targetWatch = createTargetWatch({
    groups: watchedGroupsOf({ blueprint, clients, classic, signal }),
    isPending: (targetGroup) => records.awaits(targetGroup),
    onStates: (targetGroup, states) => {
      for (const name of records.noteTargets(targetGroup, states)) scheduler.touch(name);
    },
  });
  const registrations = createRegistrations({
    blueprint,
    clients,
    classic,
    signal,
    ...registrationEvents(blueprint, records, targetWatch),
  });
  const runner = thenPrepare(options.runner ?? processRunnerOf(options), clients);
  const startTask = createTaskStarter({
    blueprint,
    addressOctet,
    metadataUrl: metadata.url,
    endpointUrl,
    runner,
    registrations,
    targetWatch,
    startSidecar: options.startSidecar,
    records,
    logs,
    signal,
    now,
    onEvent,
    touch: (service) => scheduler.touch(service),
    taskMoved: (task, wasLeaving) => scheduler.taskMoved(task, wasLeaving),
  });
  const places = new Places(blueprint, addressOctet, options.reservedAddresses);
  const scheduler: Scheduler = new Scheduler({ blueprint, records, places, now, onEvent, startTask });
  let stopped = false;
  opening.defer(async () => {
    stopped = true;
    await scheduler.close(options.disposeTimeoutMs ?? 4000);
    targetWatch.close();
    abort.abort();
  });
  const stack = opening.move();
  return {
    api: createEcsApi(blueprint, records, scheduler, [...places.instances.keys()]),
    addressOctet,
    containerInstances: [...places.instances.keys()],
    metadataUrl: metadata.url,
    logsOf: (taskId) => logs.of(taskId),
    run: async () => await settleServices({ records, logs, scheduler, isStopped: () => stopped }),
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

function processRunnerOf({ blueprint, workspaceRoot, dns, ...options }: LocalEcsOptions): TaskRunner {
  const { listenTimeoutMs = ecsDecisions.listenTimeoutMs } = options;
  const zones = blueprint.namespaces.filter(({ type }) => type === 'DNS_PRIVATE').map(({ name }) => name);
  return createProcessRunner({ workspaceRoot, zones, dns, listenTimeoutMs });
}

/** Calls `prepare` whenever no task is about to be started: what it does must not hold up the start of a process. */
function thenPrepare(runner: TaskRunner, prepare: () => Promise<unknown>): TaskRunner {
  let starting = 0;
  return {
    async start(task) {
      starting += 1;
      try {
        return await runner.start(task);
      } finally {
        starting -= 1;
        if (starting === 0) prepare().catch(() => {});
      }
    },
  };
}
