export { servicePolicy, type OutlierPolicy, type Policy, type RetryPolicy } from './core/policy.ts';
export type { CloudMapAddress } from './effects/endpoint-watcher.ts';
export type { ServiceConnectEndpoint } from './endpoint.ts';
export { ServiceConnectError, type ServiceConnectErrorCode } from './errors.ts';
export type { OnServiceConnectEvent, RequestEvent, ServiceConnectEvent } from './events.ts';
export {
  startServiceConnect,
  startServiceConnectProxy,
  type ProxyOptions,
  type ServiceConnect,
  type ServiceConnectOptions,
  type ServiceConnectProxy,
} from './service-connect.ts';
export type { EndpointStatistics, HostStatistics } from './statistics.ts';
export type { AccessLogConfiguration, AccessLogEntry } from './wire/access-log.ts';
