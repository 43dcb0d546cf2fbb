import { defineConfig } from 'vitest/config';

/**
 * The tests are pure but for temporary directories: sharing a worker saves loading the CDK and the sources once per
 * file. A busy machine is slow, not wrong.
 */
export default defineConfig({
  test: { setupFiles: '../../e2e/properties/seed.ts', isolate: false, testTimeout: 30_000 },
});
