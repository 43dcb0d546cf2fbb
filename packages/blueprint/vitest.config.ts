import { defineConfig } from 'vitest/config';

// The tests are pure but for temporary directories: sharing a worker saves loading the CDK and the sources once per file.
export default defineConfig({ test: { isolate: false } });
