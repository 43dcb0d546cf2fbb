import type { ServiceConfig } from '../config/service-config.ts';
import type { DiscoveryClient } from '../discovery/discovery-client.ts';
import type { IdentitySource } from '../identity/identity-source.ts';
import type { ServiceMetrics } from '../telemetry/service-metrics.ts';
import type { LogDestination } from './build-service.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { ServiceLimits } from './limits.ts';

/** What a service is composed of; `buildApp` takes it and hands each route what it needs. */
export interface ServiceContext {
  readonly config: ServiceConfig;
  readonly limits: ServiceLimits;
  readonly lifecycle: Lifecycle;
  readonly identity: IdentitySource;
  readonly discovery: DiscoveryClient;
  /** Absent: nothing is counted. */
  readonly metrics?: ServiceMetrics;
  /** Where log lines go; standard output by default. */
  readonly logTo?: LogDestination;
}
