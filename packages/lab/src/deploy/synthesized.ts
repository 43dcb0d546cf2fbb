import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { synthesize } from '../blueprint/synthesize.ts';
import type { Environment } from '../context.ts';
import { readAssembly } from './assembly.ts';
import type { Assembly } from './assembly.ts';

/** An assembly in a folder of its own, which is gone after disposal. */
export interface Synthesized extends AsyncDisposable {
  readonly assembly: Assembly;
}

/**
 * Synthesizes the CDK app with a context, templates checked against CloudFormation's schemas. Needs no credentials: the templates are
 * the same for every account and region.
 * @throws LabError LAB_SYNTH_FAILED
 */
export async function synthesized(
  context: Readonly<Record<string, string>>,
  environment: Environment,
): Promise<Synthesized> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-deploy-'));
  const remove = async (): Promise<void> => await rm(directory, { recursive: true, force: true });
  try {
    // As under the CDK's command line: the app takes its context from the one, and the other tells it that this is for a deployment.
    await synthesize(directory, {
      ...environment,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_CLI_VERSION: environment['CDK_CLI_VERSION'] ?? '2',
    });
    return { assembly: await readAssembly(directory), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
