import { defineConfig } from 'vitest/config';

// Tests that start processes share one machine: one file at a time keeps their timing honest.
export default defineConfig({
  test: { setupFiles: '../../e2e/properties/seed.ts', fileParallelism: false, isolate: false, testTimeout: 20_000 },
});
