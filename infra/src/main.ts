import { resolve } from 'node:path';
import { buildApp } from './app.ts';

const { app } = buildApp({
  repositoryRoot: resolve(import.meta.dirname, '../..'),
  outdir: process.env['CDK_OUTDIR'],
  // The CDK's command line is about to deploy; a synth for the local run has no use for the check.
  validateTemplates: process.env['CDK_CLI_VERSION'] !== undefined,
});
app.synth();
