import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { blueprintErrors } from '../src/errors.ts';

const sources = globSync(path.join(import.meta.dirname, '../src/**/*.ts')).filter(
  (file) => !file.endsWith('errors.ts'),
);
const thrown = new Set(
  sources
    .flatMap((file) => readFileSync(file, 'utf8').match(/'BLUEPRINT_[A-Z_]+'/g) ?? [])
    .map((code) => code.slice(1, -1)),
);

describe('the list of errors', () => {
  test('has every code that is thrown, and no other', () => {
    expect([...thrown].toSorted()).toEqual(Object.keys(blueprintErrors).toSorted());
  });
});
