import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { workspaceRoot } from './workspace.ts';

/** What the blueprint is made from: the CDK app, the version of CDK that synthesizes it and the code that reads the assembly. */
const patterns = [
  'infra/src/**/*.ts',
  'infra/cdk.json',
  'infra/package.json',
  'infra/node_modules/aws-cdk-lib/package.json',
  'packages/blueprint/src/**/*.ts',
];

/** A hash over everything that decides what the blueprint says; a cached blueprint under the same hash is current. */
export async function blueprintSourceHash(root: string = workspaceRoot): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) files.push(file);
  const hash = createHash('sha256');
  const contents = await Promise.all(
    files.sort().map(async (file) => [file, await readFile(join(root, file))] as const),
  );
  for (const [file, content] of contents) hash.update(`${file}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 32);
}
