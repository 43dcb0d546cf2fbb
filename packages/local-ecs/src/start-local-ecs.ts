import type { Blueprint, Service } from '@switchyard/blueprint';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import { eventText } from './core/event-text.ts';
import { isLeaving } from './core/task-status.ts';
import { loadAwsClients } from './effects/aws-clients.ts';
import { Cluster } from './effects/cluster.ts';
import { containerCommandOf } from './effects/container-command.ts';
import { createEcsApi } from './effects/ecs-api.ts';
import { assertLoopbackRange, claimAddresses } from './effects/loopback.ts';
import { startMetadataServer } from './effects/metadata-server.ts';
import { createProcessRunner } from './effects/process-runner.ts';
import { Places, taskDefinitionOf } from './effects/records.ts';
import { createRegistrations } from './effects/registrations.ts';
import { createTargetWatch } from './effects/target-watch.ts';
import { TaskLogs } from './effects/task-logs.ts';
import { startTaskLife } from './effects/task-life.ts';
import { taskEnvironmentOf } from './core/task-environment.ts';
import { LocalEcsError } from './errors.ts';
import type { EcsEvent } from './events.ts';
import type { StartSidecar } from './sidecar.ts';
import type { TaskRunner } from './task-runner.ts';

export interface LocalEcsOptions {
  readonly blueprint: Blueprint;
  /** Where Cloud Map and Elastic Load Balancing answer, for this stand-in's SDK clients and for the tasks' own. Used from {@link LocalEcs.run} on. */
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
  /** How long a task may take to listen before its health checks decide. Default 5000. */
  readonly listenTimeoutMs?: number;
  /** How long a task without health checks must run to count as healthy. Default 1000 (AWS: 40,000). */
  readonly assumedHealthyAfterMs?: number;
  /** Ends running tasks this long after their SIGTERM when this is disposed. Default 4000. */
  readonly disposeTimeoutMs?: number;
  /** Default: processes of this machine. */
  readonly runner?: TaskRunner;
}

export type LocalEcs = AsyncDisposable & {
  /** `ecs`, to be mounted on an AWS endpoint. */
  readonly api: AwsApi;
  /** Tasks live in 127.<octet>.0.0/16. */
  readonly addressOctet: number;
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
 * Throws a `LocalEcsError` when the blueprint holds what cannot run here, or the addresses cannot be had.
 */
export async function startLocalEcs(options: LocalEcsOptions): Promise<LocalEcs> {
  const { blueprint, onEvent = () => {} } = options;
  const now = Date.now;
  await using opening = new AsyncDisposableStack();
  await assertRunnable(options);
  await assertLoopbackRange();
  const { addressOctet } = opening.use(await claimAddresses(options.addressOctet));
  const metadata = opening.use(await startMetadataServer(blueprint, () => cluster.tasks.values(), now));
  const logs = new TaskLogs();
  const abort = new AbortController();
  const endpointUrl = (): URL =>
    new URL(typeof options.endpointUrl === 'string' ? options.endpointUrl : options.endpointUrl());
  const begun = Promise.withResolvers<void>();
  const clients = begun.promise.then(async () => await loadAwsClients(endpointUrl().href, blueprint.region));
  clients.catch(() => {});
  const places = new Places(blueprint, addressOctet);
  const runner =
    options.runner ??
    createProcessRunner({
      workspaceRoot: options.workspaceRoot,
      zones: blueprint.namespaces.filter(({ type }) => type === 'DNS_PRIVATE').map(({ name }) => name),
      dns: options.dns,
      listenTimeoutMs: options.listenTimeoutMs ?? 5000,
    });
  const arnOf = (targetGroup: string): string =>
    blueprint.targetGroups.find((each) => each.name === targetGroup)?.arn ?? targetGroup;
  const registrations = createRegistrations({
    blueprint,
    clients,
    signal: abort.signal,
    onTargets: (name, targetGroup, change, count) => {
      const service = cluster.services.get(name);
      if (service !== undefined) cluster.say(service, eventText[change](name, count, arnOf(targetGroup)));
      targetWatch.hurry(targetGroup);
    },
  });
  const targetWatch = createTargetWatch({
    targetGroups: blueprint.targetGroups,
    clients,
    signal: abort.signal,
    isPending: (targetGroup) => cluster.awaits(targetGroup),
    onStates: (targetGroup, states) => cluster.noteTargets(targetGroup, states),
  });
  const cluster: Cluster = new Cluster({
    blueprint,
    places,
    assumedHealthyAfterMs: options.assumedHealthyAfterMs ?? 1000,
    now,
    onEvent,
    startTask: (task, service, deployment) =>
      startTaskLife(task, {
        service,
        deployment,
        addressOctet,
        runner,
        registrations,
        targetWatch,
        ...(options.startSidecar === undefined ? {} : { startSidecar: options.startSidecar }),
        hosts: endpointHosts(endpointUrl(), blueprint.region),
        environmentOf: ({ runtimeId }) =>
          taskEnvironmentOf({
            metadataUrl: metadata.url,
            runtimeId,
            region: blueprint.region,
            endpointPort: endpointUrl().port || '80',
          }),
        drainMsMax: drainMsMaxOf(service, blueprint),
        now,
        onHealth: () => cluster.touch(service.name),
        onDraining: () => {
          const state = cluster.services.get(service.name);
          if (state !== undefined) cluster.say(state, eventText.draining(service.name, deployment.id, 1));
        },
        onTrouble: (each, doing, error) => {
          if (abort.signal.aborted) return;
          const reason = error instanceof Error ? error.message : String(error);
          onEvent({ kind: 'trouble', service: service.name, taskId: each.id, doing, reason });
        },
        onLog: (each, container, stream, line) => {
          logs.add(each.id, line);
          onEvent({ kind: 'log', service: service.name, taskId: each.id, container, stream, line });
        },
        onStatus: (each, from, exit) => {
          const failed = each.stopCode === 'EssentialContainerExited' || each.stopCode === 'TaskFailedToStart';
          if (failed && isLeaving(each.lastStatus) && !isLeaving(from)) cluster.recordFailure(each);
          const stopped = each.lastStatus === 'STOPPED';
          onEvent({
            kind: 'task',
            service: service.name,
            taskId: each.id,
            address: each.address,
            availabilityZone: each.zone,
            from,
            to: each.lastStatus,
            ...(stopped && each.stoppedReason !== undefined ? { reason: each.stoppedReason } : {}),
            ...(exit === undefined ? {} : { exitCode: exit.exitCode }),
            ...(stopped ? { lastLines: logs.of(each.id).slice(-20) } : {}),
          });
          if (stopped) cluster.settleStopped(each);
          cluster.touch(service.name);
        },
      }),
  });
  opening.defer(async () => {
    await cluster.close(options.disposeTimeoutMs ?? 4000);
    abort.abort();
    targetWatch.close();
    begun.resolve();
    await clients.then(
      (each) => each.close(),
      () => {},
    );
  });
  const stack = opening.move();
  let disposed = false;
  return {
    api: createEcsApi(blueprint, cluster),
    addressOctet,
    metadataUrl: metadata.url,
    logsOf: (taskId) => logs.of(taskId),
    async run() {
      begun.resolve();
      for (const name of cluster.services.keys()) cluster.touch(name);
      const services = [...cluster.services.values()];
      await cluster.until(
        () => disposed || services.every((each) => each.steady) || services.some((each) => cluster.isStuck(each)),
      );
      const failed = services.filter((each) => cluster.isStuck(each));
      if (failed.length > 0)
        throw failureOf(
          failed.map(({ definition }) => definition.name),
          cluster,
          logs,
        );
      if (disposed)
        throw new LocalEcsError('LOCAL_ECS_STOPPED', 'The local ECS was stopped before its services were steady.');
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      cluster.tell();
      await stack.disposeAsync();
    },
  };
}

/** Refuses, before anything is open, what cannot run here. */
async function assertRunnable({ blueprint, workspaceRoot, runner }: LocalEcsOptions): Promise<void> {
  for (const service of blueprint.services) {
    const taskDefinition = taskDefinitionOf(blueprint, service);
    if (
      service.launchType !== 'FARGATE' ||
      taskDefinition.networkMode !== 'awsvpc' ||
      service.schedulingStrategy !== 'REPLICA'
    ) {
      throw new LocalEcsError(
        'LOCAL_ECS_SERVICE_UNSUPPORTED',
        `Service ${service.name} is ${service.launchType}, ${taskDefinition.networkMode}, ${service.schedulingStrategy}; only FARGATE, awsvpc, REPLICA services run here: leave it out of the local run.`,
      );
    }
    if (runner !== undefined) continue;
    for (const container of taskDefinition.containers) await containerCommandOf(service.name, container, workspaceRoot);
  }
}

/** The names of the AWS endpoints that applications use, the SDK's `data-` one included, lead to the lab's endpoint. */
function endpointHosts({ hostname }: URL, region: string): Record<string, string> {
  const address = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const name = `servicediscovery.${region}.amazonaws.com`;
  return { [name]: address, [`data-${name}`]: address };
}

/** The longest deregistration delay of a service's target groups (AWS's default is 300 s), and a little for the answer to arrive. */
function drainMsMaxOf(service: Service, blueprint: Blueprint): number {
  const delays = service.loadBalancers.map(({ targetGroup }) => {
    const group = blueprint.targetGroups.find((each) => each.name === targetGroup);
    return Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? 300);
  });
  return Math.max(0, ...delays) * 1000 + 2000;
}

function failureOf(names: readonly string[], cluster: Cluster, logs: TaskLogs): LocalEcsError {
  const sentences = names.map((name) => {
    const task = [...cluster.tasks.values()].findLast(
      (each) => each.service === name && each.stoppedReason !== undefined,
    );
    const container = task?.containers.find((each) => each.exitCode !== undefined);
    const exit = container === undefined ? '' : ` with exit code ${container.exitCode}`;
    const detail = container?.reason === undefined ? '' : ` ${container.reason}`;
    const lines = task === undefined ? [] : logs.of(task.id).slice(-10);
    const said = lines.length === 0 ? '' : ` Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
    return `Service ${name} does not start: ${task?.stoppedReason ?? 'its tasks fail'}${exit}.${detail}${said}`;
  });
  return new LocalEcsError('LOCAL_ECS_SERVICE_FAILED', sentences.join('\n'));
}
