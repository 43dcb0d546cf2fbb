import * as fc from 'fast-check';

/**
 * Property tests draw the same examples in every run, so that a test fails for what was changed and not for what was
 * drawn. `pnpm fuzz` draws others; what it finds becomes a test of its own.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FUZZ_SEED'] ?? 1) });
