import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { setupFiles: '../../e2e/properties/seed.ts' } });
