export { classicDecisions } from './core/decisions.ts';
export { LocalClassicLbError, type LocalClassicLbErrorCode } from './errors.ts';
export type { ClassicConnectionEvent, ClassicLbEvent, ClassicRequestEvent, InstanceHealthEvent } from './events.ts';
export { type LocalClassicLb, type LocalClassicLbOptions, startLocalClassicLb } from './start-local-classic-lb.ts';
