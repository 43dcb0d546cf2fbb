import { defineConfig } from 'vitest/config';

// Nothing here keeps state in a module, so files may share a process; the time limit is for a machine that does other things too.
export default defineConfig({
  test: { setupFiles: '../../e2e/properties/seed.ts', isolate: false, testTimeout: 20_000 },
});
