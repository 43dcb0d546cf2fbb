import { createRequire } from 'node:module';
import type { Pool as UndiciPool } from 'undici';

let loaded: typeof UndiciPool | undefined;

/**
 * undici's `Pool`, from its own file and at first use: the whole of undici takes more than twice as long to load, and a lab's start
 * waits for neither.
 */
export function poolClass(): typeof UndiciPool {
  loaded ??= createRequire(import.meta.url)('undici/lib/dispatcher/pool.js') as typeof UndiciPool;
  return loaded;
}
