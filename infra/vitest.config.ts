import { defineConfig } from 'vitest/config';

/** Loading the CDK takes longer than any test, so the files share it. */
export default defineConfig({ test: { isolate: false } });
