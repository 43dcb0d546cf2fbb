import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Each file starts labs of its own; side by side they would share two cores and measure each other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: ['test/compose/**', 'node_modules/**'],
  },
});
