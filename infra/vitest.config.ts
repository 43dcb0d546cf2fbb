import { defineConfig } from 'vitest/config';

/** Loading the CDK takes longer than any test, so the files share it; synthesis takes seconds on a busy machine. */
export default defineConfig({
  test: { globalSetup: 'test/temporary-folder.ts', isolate: false, testTimeout: 60_000 },
});
