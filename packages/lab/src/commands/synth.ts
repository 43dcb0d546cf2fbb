import { mkdir, readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';

import { printBlueprint, readBlueprint } from '@switchyard/blueprint';

import { assemblyDirectory, blueprintFile, synthesizeBlueprint } from '../blueprint/load-blueprint.ts';
import { synthesize } from '../blueprint/synthesize.ts';
import { workspaceRoot } from '../blueprint/workspace.ts';
import { writeWhole, writing } from '../blueprint/write-whole.ts';
import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';

export interface SynthOptions {
  readonly check?: boolean;
}

/** `lab synth`: the cloud assembly into infra/cdk.out and what it says into infra/blueprint.json; with `--check`, only compares. */
export async function synth(options: SynthOptions, context: Context): Promise<void> {
  const file = relative(workspaceRoot, blueprintFile);
  if (options.check === true) {
    const blueprint = await synthesizeBlueprint(context.environment, { signal: context.signal });
    const committed = await readFile(blueprintFile, 'utf8').catch(() => '');
    if (committed !== printBlueprint(blueprint)) throw labErrors.blueprintStale(file);
    context.print(`${file} is what the CDK app synthesizes`);
    return;
  }
  await writing(assemblyDirectory, async () => {
    await rm(assemblyDirectory, { recursive: true, force: true });
    await mkdir(assemblyDirectory);
  });
  await synthesize(assemblyDirectory, context.environment, context.signal);
  const blueprint = await readBlueprint(assemblyDirectory);
  await writeWhole(blueprintFile, printBlueprint(blueprint));
  for (const warning of blueprint.warnings) context.note(`warning: ${warning}`);
  context.print(`${relative(workspaceRoot, assemblyDirectory)} and ${file} are up to date`);
}
