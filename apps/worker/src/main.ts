import { enableCompileCache } from 'node:module';

enableCompileCache();
const { startService } = await import('@switchyard/shared');
const { CALLS_BEHIND, buildApp } = await import('./app.ts');

await startService({ env: process.env, depth: CALLS_BEHIND, buildApp });
