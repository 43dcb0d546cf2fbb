import { defineConfig } from 'vitest/config';

/** Real sockets and, in one file, other people's programs: a busy machine is slow, not wrong. */
export default defineConfig({ test: { setupFiles: '../../e2e/properties/seed.ts', testTimeout: 30_000 } });
