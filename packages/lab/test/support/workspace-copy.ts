import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workspaceRoot } from '../../src/blueprint/workspace.ts';

/** Copied, so that their programs take the copy for the repository and a test may change them; everything else is linked. */
const copied = ['infra/src', 'packages/lab/bin', 'packages/lab/src'];
/** What a program makes; a copy begins without it. */
const leftOut = new Set(['.git', '.turbo', 'cdk.out', 'infra/blueprint.json']);

export interface WorkspaceCopy extends AsyncDisposable {
  readonly root: string;
  /** Changes a file of the CDK app as text. */
  readonly change: (file: string, change: (text: string) => string) => Promise<void>;
}

/** The repository as a fresh clone, for a test that breaks it. */
export async function workspaceCopy(): Promise<WorkspaceCopy> {
  const root = await mkdtemp(join(tmpdir(), 'switchyard-workspace-'));
  await fill(root, '');
  return {
    root,
    change: async (file, change) => {
      const path = join(root, file);
      const before = await readFile(path, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`${file} is as before.`);
      await writeFile(path, after);
    },
    [Symbol.asyncDispose]: async () => await rm(root, { recursive: true, force: true }),
  };
}

async function fill(root: string, directory: string): Promise<void> {
  for (const entry of await readdir(join(workspaceRoot, directory))) {
    const path = join(directory, entry);
    if (leftOut.has(entry) || leftOut.has(path) || path === 'node_modules') continue;
    if (copied.includes(path)) await cp(join(workspaceRoot, path), join(root, path), { recursive: true });
    else if (copied.some((each) => each.startsWith(`${path}/`))) {
      await mkdir(join(root, path));
      await fill(root, path);
    } else await symlink(join(workspaceRoot, path), join(root, path));
  }
}
