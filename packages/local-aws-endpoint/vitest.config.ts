import { defineConfig } from 'vitest/config';

/** Real sockets: a busy machine is slow, not wrong. */
export default defineConfig({ test: { setupFiles: '../../e2e/properties/seed.ts', testTimeout: 30_000 } });
