import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonInput, printJsonError, printJsonOutput } from '../../src/wire/json.ts';

describe('parseJsonInput', () => {
  test('reads back any object that is printed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
        expect(parseJsonInput(printJsonOutput(input))).toEqual(JSON.parse(JSON.stringify(input)));
      }),
    );
  });

  test('takes an empty body for an input without members', () => {
    expect(parseJsonInput('')).toEqual({});
  });

  test.each(['{', '[]', 'null', '"x"', '7', '{"a":1}}'])('refuses %s with a SerializationException', (body) => {
    expect(() => parseJsonInput(body)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });
});

describe('printJsonOutput', () => {
  test('writes dates as epoch seconds at any depth and leaves the rest alone', () => {
    const date = new Date(1_767_225_600_250);
    const output = { At: date, List: [{ At: date }], Text: '2026-01-01', None: null, Absent: undefined };
    expect(JSON.parse(printJsonOutput(output))).toEqual({
      At: 1_767_225_600.25,
      List: [{ At: 1_767_225_600.25 }],
      Text: '2026-01-01',
      None: null,
    });
  });
});

describe('printJsonError', () => {
  test('has the shape that Cloud Map gives', () => {
    expect(printJsonError('ServiceNotFound', 'No such service.')).toBe(
      '{"__type":"ServiceNotFound","Message":"No such service."}',
    );
  });

  test('carries the further members of an error', () => {
    expect(JSON.parse(printJsonError('DuplicateRequest', 'Wait.', { DuplicateOperationId: 'op-1' }))).toEqual({
      __type: 'DuplicateRequest',
      Message: 'Wait.',
      DuplicateOperationId: 'op-1',
    });
  });
});
