export {
  startLocalCloudMap,
  type LocalCloudMap,
  type LocalCloudMapDnsOptions,
  type LocalCloudMapOptions,
} from './cloud-map.ts';
export type { CloudMapEvent, HealthStatus } from './core/model.ts';
export type { Resolver } from './effects/forward.ts';
export { LocalCloudMapError } from './errors.ts';
