export * from './api.ts';
export { startAwsEndpoint, type AwsEndpoint, type AwsEndpointOptions } from './endpoint.ts';
export { LocalAwsEndpointError } from './errors.ts';
export type { AwsUpstream } from './route.ts';
