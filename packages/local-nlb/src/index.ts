export { nlbDecisions } from './core/decisions.ts';
export { LocalNlbError, type LocalNlbErrorCode } from './errors.ts';
export type { FlowEnd, FlowEvent, NlbEvent, TargetHealthEvent } from './events.ts';
export type { LocalNlbOptions } from './options.ts';
export { type LocalNlb, startLocalNlb } from './start-local-nlb.ts';
