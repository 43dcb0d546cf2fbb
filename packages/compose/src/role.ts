import type { Settings } from './settings.ts';

/** Writes one line of a container's log: JSON, as the services write theirs. */
export type Log = (members: Readonly<Record<string, unknown>>) => void;

/** One of the lab's containers: opens everything, resolves when it is open. */
export type StartRole = (settings: Settings, log: Log) => Promise<AsyncDisposable>;

/** Containers listen on all their addresses; which networks they are in decides who reaches them. */
export const everyAddress = '0.0.0.0';
