import { defineConfig } from 'vitest/config';

/** The lab in containers: one at a time, and with the time that a cold build takes. */
export default defineConfig({
  test: {
    include: ['test/compose/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
