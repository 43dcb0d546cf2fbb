import { defineConfig } from 'vitest/config';

/** Generous, so that a busy machine is not a failure: nothing here waits for long by itself. */
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 30_000 } });
