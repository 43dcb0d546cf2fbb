import { createRequire } from 'node:module';
import type { Dispatcher as UndiciDispatcher, Pool as UndiciPool } from 'undici';

/**
 * The two classes of undici that the kit needs, from their own files: the whole of undici takes five times as long to load, and a
 * service's start waits for it. A test compares them with what `undici` exports.
 */
const require = createRequire(import.meta.url);

export const Dispatcher = require('undici/lib/dispatcher/dispatcher.js') as typeof UndiciDispatcher;
/** Loaded by the first who asks, which is the first call of another service. */
export const poolClass = (): typeof UndiciPool => require('undici/lib/dispatcher/pool.js') as typeof UndiciPool;
export type Pool = UndiciPool;
export type Handler = UndiciDispatcher.DispatchHandler;
export type Controller = UndiciDispatcher.DispatchController;
export type DispatchOptions = UndiciDispatcher.DispatchOptions;
export type ResponseHeaders = Parameters<NonNullable<Handler['onResponseStart']>>[2];
