import { defineConfig } from 'vitest/config';

/** Files share a worker: none keeps global state, and loading the SDK once per file would take longer than the tests. A busy machine is slow, not wrong. */
export default defineConfig({
  test: { setupFiles: '../../e2e/properties/seed.ts', isolate: false, testTimeout: 30_000 },
});
