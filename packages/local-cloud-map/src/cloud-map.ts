/** AWS Cloud Map on this machine: a registry with Cloud Map's API and DNS. */
import { getServers } from 'node:dns';
import type { AwsApi } from '@switchyard/local-aws-endpoint';
import type { DiscoveryService, Namespace } from '@switchyard/blueprint';
import { isIpv4 } from './core/attributes.ts';
import { emptyState, type CloudMapEvent, type Context, type State } from './core/model.ts';
import { advance, nextDueMs } from './core/operations.ts';
import { TokenBucket } from './core/token-bucket.ts';
import { answerFromZones } from './core/zone.ts';
import { startDnsServer } from './dns-server.ts';
import { buildForwarder, type Resolver } from './effects/forward.ts';
import { LocalCloudMapError } from './errors.ts';
import { seed } from './seed.ts';
import { cloudMapApi } from './wire/api.ts';
import { parseResolver } from './wire/resolver.ts';

export interface LocalCloudMapOptions {
  readonly namespaces: readonly Namespace[];
  readonly discoveryServices: readonly DiscoveryService[];
  readonly region: string;
  readonly accountId: string;
  /** Default `aws`. */
  readonly partition?: string;
  readonly dns: LocalCloudMapDnsOptions;
  /** From UpdateInstanceCustomHealthStatus until the status shows. Default 30 000, as on AWS. */
  readonly customHealthDelayMs?: number;
  /** From RegisterInstance and the like until their operation is done and shows. Default 0; on AWS some seconds. */
  readonly operationDelayMs?: number;
  /** Told of every change when it takes effect, in order. */
  readonly onEvent?: (event: CloudMapEvent) => void;
}

export interface LocalCloudMapDnsOptions {
  readonly host: string;
  /** 0: any port that is free for both UDP and TCP. */
  readonly port: number;
  /** Further names and their IPv4 addresses, e.g. of the AWS endpoints that are local. */
  readonly records?: Readonly<Record<string, string>>;
  /** Who is asked about names that are neither in a zone nor in `records`: a resolver or the system's first. Default: REFUSED. */
  readonly forwardTo?: Resolver | 'system';
  /** Per source address; what exceeds it is dropped. Default 1024, as Route 53 Resolver's limit per network interface. */
  readonly queriesPerSecondMax?: number;
}

export type LocalCloudMap = AsyncDisposable & {
  /** `servicediscovery`, to be mounted on an AWS endpoint. */
  readonly api: AwsApi;
  /** Where DNS answers, by UDP and by TCP. */
  readonly dns: { readonly host: string; readonly port: number };
};

/** Quotas per account and region. Source: Cloud Map quotas. */
const DISCOVER_PER_SECOND = 1000;
const DISCOVER_BURST = 2000;
const REVISION_PER_SECOND = 3000;

/**
 * Opens DNS and makes the API, on a registry that holds the given namespaces and services and no instance.
 *
 * @throws LocalCloudMapError `LOCAL_CLOUD_MAP_PORT_TAKEN`, `LOCAL_CLOUD_MAP_LISTEN_FAILED`, `LOCAL_CLOUD_MAP_OPTIONS_INVALID`.
 */
export async function startLocalCloudMap(options: LocalCloudMapOptions): Promise<LocalCloudMap> {
  const { region, accountId, partition = 'aws', onEvent = () => {} } = options;
  const { operationDelayMs = 0, customHealthDelayMs = 30_000 } = options;
  const settings = { partition, region, accountId, operationDelayMs, customHealthDelayMs };
  const state = emptyState(settings, onEvent);
  seed(state, options.namespaces, options.discoveryServices, Date.now());
  const clock = followTime(state);
  const upstream = resolverOf(options.dns.forwardTo);
  const dns = await startDnsServer({
    host: options.dns.host,
    port: options.dns.port,
    lookUp: (name, type) => answerFromZones(state, clock.context(), name, type),
    records: staticRecords(options.dns.records ?? {}),
    forward: upstream === undefined ? undefined : buildForwarder(upstream, Math.random),
    queriesPerSecondMax: options.dns.queriesPerSecondMax ?? 1024,
    nowMs: Date.now,
  });
  const quotas = {
    instances: new TokenBucket(DISCOVER_PER_SECOND, DISCOVER_BURST),
    revision: new TokenBucket(REVISION_PER_SECOND, REVISION_PER_SECOND),
  };
  return {
    api: clock.wakingAfter(cloudMapApi(state, clock.context, quotas)),
    dns: { host: dns.host, port: dns.port },
    async [Symbol.asyncDispose]() {
      clock.stop();
      await dns[Symbol.asyncDispose]();
    },
  };
}

/** Brings the registry up to date whenever somebody looks, and on time when nobody does, so that events come on time. */
function followTime(state: State) {
  let timer: NodeJS.Timeout | undefined;
  const context = (): Context => {
    const nowMs = Date.now();
    advance(state, nowMs);
    return { nowMs, random: Math.random };
  };
  const wake = (): void => {
    clearTimeout(timer);
    const dueMs = nextDueMs(state);
    if (dueMs === undefined) return;
    timer = setTimeout(
      () => {
        context();
        wake();
      },
      Math.max(0, dueMs - Date.now()),
    );
    timer.unref();
  };
  const wakingAfter = (api: AwsApi): AwsApi => ({
    ...api,
    operations: Object.fromEntries(
      Object.entries(api.operations).map(([name, operation]) => [
        name,
        (input) => {
          const output = operation(input);
          if (state.due.size > 0) wake();
          return output;
        },
      ]),
    ),
  });
  return { context, wakingAfter, stop: () => clearTimeout(timer) };
}

function staticRecords(records: Readonly<Record<string, string>>): Map<string, string> {
  for (const [name, address] of Object.entries(records)) {
    if (isIpv4(address)) continue;
    throw new LocalCloudMapError(
      'LOCAL_CLOUD_MAP_OPTIONS_INVALID',
      `The static DNS record ${name} needs an IPv4 address, not ${address}.`,
    );
  }
  return new Map(Object.entries(records).map(([name, address]) => [name.toLowerCase().replace(/\.$/, ''), address]));
}

function resolverOf(forwardTo: Resolver | 'system' | undefined): Resolver | undefined {
  if (forwardTo !== 'system') return forwardTo;
  const [first] = getServers();
  return first === undefined ? undefined : parseResolver(first);
}
