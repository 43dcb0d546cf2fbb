import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { parseBlueprint, printBlueprint } from '@switchyard/blueprint';
import type { Blueprint } from '@switchyard/blueprint';

import { workspaceRoot } from './workspace.ts';
import { writeWhole } from './write-whole.ts';

const cacheDirectory = join(workspaceRoot, 'node_modules/.cache/switchyard');
/** A few branches, each with and without switches. */
const cachedBlueprintsMax = 8;

/** The blueprint under this name; `undefined` when there is none, or none that can be read. */
export async function cachedBlueprint(
  name: string,
  directory: string = cacheDirectory,
): Promise<Blueprint | undefined> {
  try {
    return parseBlueprint(await readFile(join(directory, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Keeps a blueprint, and of all of them the newest few.
 * @throws LabError LAB_NOT_WRITABLE
 */
export async function cacheBlueprint(
  name: string,
  blueprint: Blueprint,
  directory: string = cacheDirectory,
): Promise<void> {
  await writeWhole(join(directory, name), printBlueprint(blueprint));
  const dated = await Promise.all(
    (await readdir(directory)).map(async (entry) => {
      const path = join(directory, entry);
      // Another lab may be pruning, too.
      return {
        path,
        writtenMs: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      };
    }),
  );
  const old = dated.toSorted((a, b) => b.writtenMs - a.writtenMs).slice(cachedBlueprintsMax);
  await Promise.all(old.map(async ({ path }) => await rm(path, { force: true })));
}
