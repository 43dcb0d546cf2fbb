import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { synthesize } from '../blueprint/synthesize.ts';
import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import { readAssembly } from './assembly.ts';
import type { Assembly } from './assembly.ts';
import { deployErrors } from './errors.ts';
import { contextOf } from './switches.ts';
import type { SwitchOptions } from './switches.ts';

/** An assembly; one that was made for the occasion is gone after disposal. */
export interface Synthesized extends AsyncDisposable {
  readonly assembly: Assembly;
}

/**
 * The assembly that `--assembly` names, which stays; or the CDK app synthesized with the switches that the options stand for, templates
 * checked against CloudFormation's schemas. Needs no credentials: the templates are the same for every account and region.
 * @throws LabError LAB_CONTEXT_INVALID, LAB_SWITCHES_REFUSED, LAB_ASSEMBLY_MISSING, LAB_SYNTH_FAILED
 */
export async function synthesized(
  options: SwitchOptions & { readonly assembly?: string },
  context: Context,
): Promise<Synthesized> {
  const cdkContext = contextOf(options);
  if (options.assembly !== undefined) {
    if (Object.keys(cdkContext).length > 0) throw deployErrors.switchesTooLate(Object.keys(cdkContext));
    const directory = resolve(options.assembly);
    const isAssembly = await stat(join(directory, 'manifest.json')).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isAssembly) throw labErrors.assemblyMissing(directory);
    return { assembly: await readAssembly(directory), async [Symbol.asyncDispose]() {} };
  }
  context.note('synthesizing the CDK app');
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-deploy-'));
  const remove = async (): Promise<void> => await rm(directory, { recursive: true, force: true });
  try {
    // As under the CDK's command line: the app takes its context from the one, and the other tells it that this is for a deployment.
    const environment = {
      ...context.environment,
      CDK_CONTEXT_JSON: JSON.stringify(cdkContext),
      CDK_CLI_VERSION: context.environment['CDK_CLI_VERSION'] ?? '2',
    };
    await synthesize(directory, environment, context.signal);
    return { assembly: await readAssembly(directory), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
