import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseBlueprint } from '@switchyard/blueprint';
import { describe, expect, test } from 'vitest';

import { cacheBlueprint, cachedBlueprint } from '../../src/blueprint/cache.ts';
import { blueprintFile } from '../../src/blueprint/load-blueprint.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const blueprint = parseBlueprint(await readFile(blueprintFile, 'utf8'));

describe('the cache of blueprints', () => {
  test('gives back what was put into it, and nothing under another name', async () => {
    await using directory = await temporaryDirectory();
    await cacheBlueprint('a.json', blueprint, directory.path);
    expect(await cachedBlueprint('a.json', directory.path)).toEqual(blueprint);
    expect(await cachedBlueprint('b.json', directory.path)).toBeUndefined();
  });

  test.each(['', '{"x":', '{}', 'null'])('takes a damaged entry (%j) for none, and writes it anew', async (text) => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'a.json'), text);
    expect(await cachedBlueprint('a.json', directory.path)).toBeUndefined();
    await cacheBlueprint('a.json', blueprint, directory.path);
    expect(await cachedBlueprint('a.json', directory.path)).toEqual(blueprint);
  });

  test('keeps the newest eight', async () => {
    await using directory = await temporaryDirectory();
    for (let age = 1; age <= 20; age++) {
      const file = join(directory.path, `age-${String(age).padStart(2, '0')}.json`);
      await writeFile(file, '');
      await utimes(file, new Date(), new Date(Date.now() - age * 60_000));
    }
    await cacheBlueprint('new.json', blueprint, directory.path);
    const newest = Array.from({ length: 7 }, (_, index) => `age-0${index + 1}.json`);
    expect((await readdir(directory.path)).toSorted()).toEqual([...newest, 'new.json']);
  });

  test('refuses in a sentence where nothing can be written', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'file');
    await writeFile(file, '');
    await expect(cacheBlueprint('a.json', blueprint, join(file, 'cache'))).rejects.toMatchObject({
      code: 'LAB_NOT_WRITABLE',
      message: `${file}/cache/a.json cannot be written (ENOTDIR): give this user the right and the room to write there.`,
    });
  });
});
