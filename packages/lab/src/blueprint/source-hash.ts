import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './workspace.ts';

/** What the blueprint is made from: the CDK app, the version of CDK that synthesizes it and the code that reads the assembly. */
const directories = ['infra/src', 'packages/blueprint/src'];
const singleFiles = ['infra/cdk.json', 'infra/package.json', 'infra/node_modules/aws-cdk-lib/package.json'];

/**
 * A hash over everything that decides what the blueprint says; a cached blueprint under the same hash is current. Every start waits
 * for it: a hundred small files are read in a fraction of the time when nothing else is to happen meanwhile.
 */
export function blueprintSourceHash(root: string = workspaceRoot): string {
  const files = [...directories.flatMap((directory) => filesBelow(root, directory)), ...singleFiles].toSorted();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

function filesBelow(root: string, directory: string): string[] {
  const entries = readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(directory, name));
}
