// Plain JavaScript: with the cache on before the first TypeScript file, types are stripped once and not at every start.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('../src/main.ts');
