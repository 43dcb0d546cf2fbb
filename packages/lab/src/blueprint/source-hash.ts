import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { workspaceRoot } from './workspace.ts';

/** What the blueprint is made from: the CDK app, the version of CDK that synthesizes it and the code that reads the assembly. */
const directories = ['infra/src', 'packages/blueprint/src'];
const singleFiles = ['infra/cdk.json', 'infra/package.json', 'infra/node_modules/aws-cdk-lib/package.json'];

/** A hash over everything that decides what the blueprint says; a cached blueprint under the same hash is current. */
export async function blueprintSourceHash(root: string = workspaceRoot): Promise<string> {
  const listed = await Promise.all(directories.map(async (directory) => await filesBelow(root, directory)));
  const files = [...listed.flat(), ...singleFiles].toSorted();
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(join(root, file))] as const));
  const hash = createHash('sha256');
  for (const [file, content] of contents) hash.update(`${file}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 32);
}

async function filesBelow(root: string, directory: string): Promise<string[]> {
  const entries = await readdir(join(root, directory), { recursive: true });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(directory, name));
}
