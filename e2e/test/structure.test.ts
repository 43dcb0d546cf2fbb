import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { workspaceRoot } from './support/lab-process.ts';

interface Turbo {
  readonly tags?: readonly string[];
  readonly boundaries?: { readonly tags: Readonly<Record<string, { dependencies: { allow: readonly string[] } }>> };
  readonly tasks?: Readonly<Record<string, { readonly dependsOn?: readonly string[] }>>;
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(path.join(workspaceRoot, file), 'utf8'));
}

const folders = globSync(['apps/*', 'packages/*', 'infra', 'e2e'], { cwd: workspaceRoot });
const root = json('turbo.json') as Turbo;
const tagOf = (folder: string): string => (json(`${folder}/turbo.json`) as Turbo).tags?.[0] ?? '';
const named = (folder: string): string => path.basename(folder);

/** By folder, what the map says that it may import. */
function rowsOfTheMap(): Map<string, string> {
  const text = readFileSync(path.join(workspaceRoot, 'ARCHITECTURE.md'), 'utf8');
  const lines = text.slice(text.indexOf('| folder |')).split('\n').slice(2);
  const rows = lines.slice(0, lines.indexOf('')).map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    rows.flatMap(([, cell = '', , may = '']) =>
      cell.split(', ').map((folder): [string, string] => [folder.replaceAll('`', ''), may]),
    ),
  );
}

/** The packages that words of the map stand for. */
function packagesOf(words: string): string[] {
  if (words === 'nothing of ours') return [];
  if (words === 'everything') return folders.filter((folder) => folder !== 'e2e').map(named);
  return words
    .split(', ')
    .flatMap((word) =>
      word === 'the stand-ins' ? folders.filter((folder) => tagOf(folder) === 'stand-in').map(named) : [word],
    );
}

describe('the map of ARCHITECTURE.md', () => {
  const map = rowsOfTheMap();

  test('has each package of the workspace', () => {
    expect([...map.keys()].sort()).toEqual([...folders].sort());
  });

  test.each([...map])('says of %s what the boundaries allow: %s', (folder, words) => {
    const allowed = root.boundaries?.tags[tagOf(folder)]?.dependencies.allow ?? [];
    const packages = folders.filter((each) => allowed.includes(tagOf(each))).map(named);
    expect(packages.sort()).toEqual(packagesOf(words).sort());
  });
});

test('the tests across packages wait for every package’s own tests, with which they would share the machine', () => {
  const tested = folders
    .filter((folder) => folder !== 'e2e')
    .map((folder) => json(`${folder}/package.json`) as Manifest)
    .filter(({ scripts }) => scripts?.['test'] !== undefined)
    .map(({ name }) => `${name}#test`);
  expect([...(root.tasks?.['@switchyard/e2e#test']?.dependsOn ?? [])].sort()).toEqual(tested.sort());
});
