import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseBlueprint, printBlueprint, readBlueprint } from '@switchyard/blueprint';
import type { Blueprint } from '@switchyard/blueprint';

import type { Environment } from '../context.ts';
import { labErrors } from '../errors.ts';
import { blueprintSourceHash } from './source-hash.ts';
import { synthesize } from './synthesize.ts';
import { workspaceRoot } from './workspace.ts';

export const blueprintFile = join(workspaceRoot, 'infra/blueprint.json');
export const assemblyDirectory = join(workspaceRoot, 'infra/cdk.out');
const cacheDirectory = join(workspaceRoot, 'node_modules/.cache/switchyard');

export interface LoadOptions {
  /** For the CDK app's process. */
  readonly environment: Environment;
  /** Read this cloud assembly instead of synthesizing one. */
  readonly assembly?: string | undefined;
  /** Switches of the CDK app, by their context keys. */
  readonly context?: Readonly<Record<string, string>>;
  /** Called before the CDK app runs, since that takes seconds. */
  readonly onSynthesize?: () => void;
}

/** The blueprint of an assembly, or of the CDK app as it is now: from the cache where nothing it is made from has changed. */
export async function loadBlueprint(options: LoadOptions): Promise<Blueprint> {
  if (options.assembly !== undefined) return await readAssembly(options.assembly);
  const { context = {} } = options;
  const switches = Object.entries(context).map(([key, value]) => `-${key}=${value}`);
  const cached = join(cacheDirectory, `${await blueprintSourceHash()}${switches.join('')}.json`);
  const text = await readFile(cached, 'utf8').catch(() => undefined);
  if (text !== undefined) return parseBlueprint(text);
  options.onSynthesize?.();
  const blueprint = await synthesizeBlueprint(options.environment, context);
  await writeWhole(cached, printBlueprint(blueprint));
  return blueprint;
}

/** Runs the CDK app into a directory of its own and reads the result. */
export async function synthesizeBlueprint(
  environment: Environment,
  context: Readonly<Record<string, string>> = {},
): Promise<Blueprint> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-synth-'));
  try {
    const isPlain = Object.keys(context).length === 0;
    await synthesize(directory, isPlain ? environment : { ...environment, CDK_CONTEXT_JSON: JSON.stringify(context) });
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

/** Writes beside the file and renames, so that a reader never sees half of it. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}
