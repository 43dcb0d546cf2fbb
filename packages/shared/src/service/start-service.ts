import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config/load-config.ts';
import type { Environment } from '../config/load-config.ts';
import { loadServiceConfig } from '../config/service-config.ts';
import type { ServiceConfig } from '../config/service-config.ts';
import { buildDiscoveryClient } from '../discovery/discovery-client.ts';
import { buildIdentitySource } from '../identity/identity-source.ts';
import { startMetricsReport } from '../telemetry/metrics-report.ts';
import { ServiceMetrics } from '../telemetry/service-metrics.ts';
import { Lifecycle } from './lifecycle.ts';
import { serviceLimits } from './limits.ts';
import { runService } from './run-service.ts';
import type { ServiceContext } from './service-context.ts';

/** Longer than ECS takes to know a task; a service whose metadata fails altogether runs without. */
const IDENTITY_PATIENCE_MS = 3000;

export interface StartOptions {
  readonly env: Environment;
  /** How many services still stand behind this one in a chain of calls; see {@link serviceLimits}. */
  readonly depth: number;
  readonly buildApp: (context: ServiceContext) => FastifyInstance;
}

/** The whole of a service's `main.ts`: configuration, composition, listening, signals. Wrong variables end the process with 1. */
export async function startService({ env, depth, buildApp }: StartOptions): Promise<void> {
  const config = configOrExit(env);
  const context = buildContext(config, depth);
  const app = buildApp(context);
  // Nobody is answered by a task that does not know which one it is.
  await Promise.all([context.identity(), app.ready()]);
  const { metrics } = context;
  const intervalMs = config.metricsIntervalSeconds * 1000;
  const report = metrics === undefined ? [] : [startMetricsReport({ metrics, intervalMs, log: app.log })];
  await runService({
    app,
    host: config.host,
    port: config.port,
    tlsPort: config.tlsPort,
    name: config.serviceName,
    limits: context.limits,
    lifecycle: context.lifecycle,
    resources: [context.discovery, ...report],
  });
}

/** Puts together what the configuration says. Opens nothing. */
export function buildContext(config: ServiceConfig, depth: number): ServiceContext {
  const limits = serviceLimits({ ...config, depth });
  const identity = buildIdentitySource({
    service: config.serviceName,
    metadataUri: config.metadataUri,
    fallbackAddress: config.host,
    patienceMs: IDENTITY_PATIENCE_MS,
  });
  const metrics = config.metricsIntervalSeconds === 0 ? undefined : new ServiceMetrics({ service: config.serviceName });
  const discovery = buildDiscoveryClient({
    peers: config.peers,
    namespace: config.cloudMapNamespace,
    zone: async () => (await identity()).zone,
    connectTimeoutMs: limits.peerConnectTimeoutMs,
    responseTimeoutMs: limits.peerTimeoutMs,
    onLookUp: (mechanism, failed, ms) => metrics?.noteLookUp(mechanism, failed, ms),
  });
  const observed = metrics === undefined ? {} : { metrics };
  return { config, limits, lifecycle: new Lifecycle(), identity, discovery, ...observed };
}

function configOrExit(env: Environment): ServiceConfig {
  try {
    return loadServiceConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const sentence of error.problems) process.stderr.write(`${sentence}\n`);
    return process.exit(1);
  }
}
