import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { loadBlueprint } from '../../src/blueprint/load-blueprint.ts';
import { blueprintSourceHash } from '../../src/blueprint/source-hash.ts';
import { synthesize } from '../../src/blueprint/synthesize.ts';

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

test('an assembly that does not exist is refused with how to make one', async () => {
  await expect(loadBlueprint({ assembly: '/nowhere', environment: {} })).rejects.toThrow(
    'There is no cloud assembly in /nowhere: "pnpm synth" makes one in infra/cdk.out.',
  );
});

test('a damaged assembly is refused with a code', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'manifest.json'), '{"version": ');
  await expect(loadBlueprint({ assembly: directory.path, environment: {} })).rejects.toMatchObject({
    code: expect.stringMatching(/^BLUEPRINT_/) as unknown,
  });
});

test('a CDK app that fails is reported with its exit code and last lines', async () => {
  await using directory = await temporaryDirectory();
  // A directory in the place of a file that the app writes.
  await writeFile(join(directory.path, 'taken'), '');
  await expect(synthesize(join(directory.path, 'taken'), process.env)).rejects.toMatchObject({
    code: 'LAB_SYNTH_FAILED',
  });
});

test('the hash of what the blueprint is made from stays the same while nothing changes', async () => {
  expect(await blueprintSourceHash()).toBe(await blueprintSourceHash());
  expect(await blueprintSourceHash()).toMatch(/^[0-9a-f]{32}$/);
});
