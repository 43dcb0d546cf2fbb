import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkValue } from '../../src/schema/check-value.ts';
import type { Schema } from '../../src/schema/schema.ts';

const PERSON = {
  type: 'object',
  required: ['name', 'age'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 8 },
    age: { type: 'integer', minimum: 0, maximum: 150, default: 7 },
    kind: { type: 'string', enum: ['a', 'b'] },
    tags: { type: 'array', maxItems: 2, items: { type: 'string' } },
    on: { type: 'boolean' },
  },
} as const satisfies Schema;

test('fills in defaults and drops members that the schema does not name', () => {
  expect(checkValue(PERSON, { name: 'Ann', extra: 1 }, { name: 'it' })).toEqual({ value: { name: 'Ann', age: 7 } });
});

test('says one sentence for each thing that is wrong', () => {
  const wrong = { age: 200, kind: 'c', tags: ['x', 'y', 'z'], on: 'yes' };
  expect(checkValue(PERSON, wrong, { name: 'it' })).toEqual({
    problems: [
      'it.name is missing.',
      'it.age must be an integer from 0 to 150, but is 200.',
      'it.kind must be one of a, b, but is "c".',
      'it.tags must have from 0 to 2 entries, but has 3.',
      'it.on must be true or false, but is "yes".',
    ],
  });
});

test('names members as the caller wants them named', () => {
  const options = { name: 'the query', memberName: (member: string) => `?${member}` };
  expect(checkValue(PERSON, { name: '' }, options)).toEqual({
    problems: ['?name must have from 1 to 8 characters, but has 0.'],
  });
});

test('refuses unknown members where the schema says so', () => {
  const schema = { type: 'object', additionalProperties: false } as const;
  expect(checkValue(schema, { x: 1 }, { name: 'it' })).toEqual({ problems: ['it.x is not known here.'] });
});

test('converts texts to integers and booleans only when asked to', () => {
  const given = { name: 'Ann', age: '12', on: 'true' };
  expect(checkValue(PERSON, given, { name: 'it', convert: true })).toEqual({
    value: { name: 'Ann', age: 12, on: true },
  });
  expect(checkValue(PERSON, given, { name: 'it' })).toHaveProperty('problems');
});

test('never takes a prototype from the input', () => {
  const schema = { type: 'object', additionalProperties: { type: 'string' } } as const;
  const checked = checkValue(schema, JSON.parse('{"__proto__":"x","a":"b"}'), { name: 'it' });
  expect(checked).toEqual({ value: { a: 'b' } });
});

test('answers any value with a value or with problems, and accepts what it has accepted again', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const checked = checkValue(PERSON, value, { name: 'it' });
      return 'value' in checked
        ? isDeepStrictEqual(checkValue(PERSON, checked.value, { name: 'it' }), checked)
        : checked.problems.length > 0;
    }),
  );
});
