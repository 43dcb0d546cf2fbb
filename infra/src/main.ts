import { resolve } from 'node:path';
import { buildApp } from './app.ts';
import { SwitchError } from './switches.ts';

try {
  buildApp({
    repositoryRoot: resolve(import.meta.dirname, '../..'),
    outdir: process.env['CDK_OUTDIR'] ?? resolve(import.meta.dirname, '../cdk.out'),
    // Set by the CDK's command line, which is about to deploy; a synth for the local run has no use for the check.
    validateTemplates: process.env['CDK_CLI_VERSION'] !== undefined,
  }).app.synth();
} catch (error) {
  if (!(error instanceof SwitchError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
