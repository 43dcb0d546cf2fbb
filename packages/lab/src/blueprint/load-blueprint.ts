import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readBlueprint } from '@switchyard/blueprint';
import type { Blueprint } from '@switchyard/blueprint';

import type { Environment } from '../context.ts';
import { LabError, labErrors } from '../errors.ts';
import { cacheBlueprint, cachedBlueprint } from './cache.ts';
import { blueprintSourceHash } from './source-hash.ts';
import { synthesize } from './synthesize.ts';
import { workspaceRoot } from './workspace.ts';

export const blueprintFile = join(workspaceRoot, 'infra/blueprint.json');
export const assemblyDirectory = join(workspaceRoot, 'infra/cdk.out');

export interface LoadOptions {
  /** For the CDK app's process. */
  readonly environment: Environment;
  /** Read this cloud assembly instead of synthesizing one. */
  readonly assembly?: string | undefined;
  /** Switches of the CDK app, by their context keys. */
  readonly context?: Readonly<Record<string, string>>;
  /** Called before the CDK app runs, since that takes seconds. */
  readonly onSynthesize?: () => void;
  /** Called with a sentence when the next start has to synthesize again. */
  readonly onNotCached?: (sentence: string) => void;
  /** Aborted: the CDK app ends, and this rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The blueprint of an assembly, or of the CDK app as it is now: from the cache where nothing it is made from has changed. */
export async function loadBlueprint(options: LoadOptions): Promise<Blueprint> {
  if (options.assembly !== undefined) return await readAssembly(options.assembly);
  const { context = {}, signal } = options;
  const switches = Object.entries(context).map(([key, value]) => `-${key}=${value}`);
  const name = `${blueprintSourceHash()}${switches.join('')}.json`;
  const cached = await cachedBlueprint(name);
  if (cached !== undefined) return cached;
  options.onSynthesize?.();
  const blueprint = await synthesizeBlueprint(options.environment, { context, signal });
  try {
    await cacheBlueprint(name, blueprint);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    options.onNotCached?.(error.message);
  }
  return blueprint;
}

export interface SynthesisOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Runs the CDK app into a directory of its own and reads the result. */
export async function synthesizeBlueprint(
  environment: Environment,
  { context = {}, signal }: SynthesisOptions = {},
): Promise<Blueprint> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-synth-'));
  try {
    const isPlain = Object.keys(context).length === 0;
    const forApp = isPlain ? environment : { ...environment, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await synthesize(directory, forApp, signal);
    return await readBlueprint(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readAssembly(directory: string): Promise<Blueprint> {
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) throw labErrors.assemblyMissing(directory);
  return await readBlueprint(directory);
}
