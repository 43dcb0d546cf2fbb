import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { loadBlueprint } from '../../src/blueprint/load-blueprint.ts';
import { blueprintSourceHash } from '../../src/blueprint/source-hash.ts';
import { synthesize } from '../../src/blueprint/synthesize.ts';
import { beginLab } from '../support/lab-command.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { workspaceCopy } from '../support/workspace-copy.ts';

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

test('a CDK app that fails is reported in its own words', async () => {
  await using directory = await temporaryDirectory();
  // A file in the place of a directory that the app makes.
  await writeFile(join(directory.path, 'taken'), '');
  await expect(synthesize(join(directory.path, 'taken'), process.env)).rejects.toMatchObject({
    code: 'LAB_SYNTH_FAILED',
    message: expect.stringMatching(
      /^The CDK app did not synthesize \(infra\/src\/\S+:\d+\): .*taken[^\n]*$/,
    ) as unknown,
  });
}, 60_000);

test('a checkout that cannot be written still starts, with a note', async () => {
  await using copy = await workspaceCopy();
  await writeFile(join(copy.root, 'node_modules'), 'no directory, so nothing can be cached in it');
  await using lab = beginLab(copy.root, ['up', '--port', '0', '--endpoint-port', '0', '--dns-port', '0']);
  await lab.said('starting tasks');
  lab.child.kill('SIGTERM');
  const { code, stderr } = await lab.ended;
  expect({ code }, stderr).toEqual({ code: 130 });
  expect(stderr).toMatch(
    /^not cached, so the next start synthesizes again: \S+ cannot be written \(ENOTDIR\): give this user .*$/m,
  );
}, 120_000);

test('the hash of what the blueprint is made from stays the same while nothing changes', async () => {
  expect(blueprintSourceHash()).toBe(blueprintSourceHash());
  expect(blueprintSourceHash()).toMatch(/^[0-9a-f]{32}$/);
});
