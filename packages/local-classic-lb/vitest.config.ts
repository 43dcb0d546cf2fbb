import { defineConfig } from 'vitest/config';

/** Generous, so that a busy machine is not a failure: nothing here waits for long by itself. No module keeps state that a test could see. */
export default defineConfig({
  test: { setupFiles: '../../e2e/properties/seed.ts', isolate: false, testTimeout: 30_000 },
});
