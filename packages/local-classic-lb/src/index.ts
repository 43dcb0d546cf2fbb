export { classicDecisions } from './core/decisions.ts';
export { LocalClassicLbError, type LocalClassicLbErrorCode } from './errors.ts';
export type { ClassicConnectionEvent, ClassicLbEvent, ClassicRequestEvent, InstanceHealthEvent } from './events.ts';
export type { LocalClassicLbOptions } from './options.ts';
export { type LocalClassicLb, startLocalClassicLb } from './start-local-classic-lb.ts';
