import { defineConfig } from 'vitest/config';

/** Real sockets: a busy machine is slow, not wrong. */
export default defineConfig({ test: { testTimeout: 30_000 } });
