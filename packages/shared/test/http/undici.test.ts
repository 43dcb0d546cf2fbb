import { Dispatcher, Pool } from 'undici';
import { expect, test } from 'vitest';
import * as own from '../../src/http/undici.ts';

test('the classes that are taken from undici’s own files are those that undici exports', () => {
  expect([own.Dispatcher, own.poolClass()]).toEqual([Dispatcher, Pool]);
});
