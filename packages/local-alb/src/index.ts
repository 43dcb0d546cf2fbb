export { type LocalAlb, type LocalAlbOptions, startLocalAlb } from './start-local-alb.ts';
export type { AlbEvent, RequestEvent, TargetHealthEvent } from './events.ts';
export type { AccessLogRecord } from './wire/access-log.ts';
export { type ReadRequest, readRequest } from './read-request.ts';
export { LocalAlbError, type LocalAlbErrorCode } from './errors.ts';
export { albDecisions } from './core/decisions.ts';
