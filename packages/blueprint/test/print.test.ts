import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Blueprint } from '../src/model.ts';
import { parseBlueprint } from '../src/parse.ts';
import { printBlueprint } from '../src/print.ts';
import { serviceBlueprint } from './resources/support.ts';

const text = printBlueprint(serviceBlueprint());

describe('a printed blueprint', () => {
  test('says the same as the value, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(printBlueprint({ value } as unknown as Blueprint))).toEqual({
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
    );
  });

  test('has what fits on one line on one line, the rest below each other, and a newline at the end', () => {
    const value = { short: [1, { a: 'b' }], empty: {}, none: [], long: ['x'.repeat(70), 'y'.repeat(70)] };
    expect(printBlueprint(value as unknown as Blueprint)).toBe(
      `{
  "short": [1, { "a": "b" }],
  "empty": {},
  "none": [],
  "long": [
    "${'x'.repeat(70)}",
    "${'y'.repeat(70)}"
  ]
}
`,
    );
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(printBlueprint({ a: undefined, b: 1 } as unknown as Blueprint)).toBe('{\n  "b": 1\n}\n');
  });

  test('has no line longer than 120 characters but for a text that is', () => {
    const long = text.split('\n').filter((line) => line.length > 120);
    expect(long).toEqual([]);
  });
});

describe('a blueprint file', () => {
  test('is read back as it was written', () => {
    expect(parseBlueprint(text)).toEqual(serviceBlueprint());
  });

  test.each([
    ['that is cut off', text.slice(0, -20), /^The blueprint is no JSON \(.*\); write it again with "pnpm synth"\.$/],
    ['that is a list', '[]', 'The blueprint is no JSON object; write it again with "pnpm synth".'],
    [
      'of another version',
      text.replace('"formatVersion": 1', '"formatVersion": 2'),
      'has the format version 2, but this program reads version 1',
    ],
    ['without services', text.replace('"services":', '"servants":'), 'has no list at services'],
    [
      'with a task definition without containers',
      text.replace('"containers":', '"boxes":'),
      'has no list at taskDefinitions[0].containers',
    ],
    ['with a number for a name', text.replace('"name": "vpc"', '"name": 7'), 'has no string at vpcs[0].name'],
    [
      'with a text in place of a cluster',
      text.replace(/"clusters": .*\n/, '"clusters": ["lab"],\n'),
      'has no object at clusters[0]',
    ],
    [
      'with a name twice',
      text.replace(/"clusters": .*\n/, '"clusters": [{ "name": "a", "arn": "b" }, { "name": "a", "arn": "b" }],\n'),
      'has clusters with the name a twice',
    ],
  ])('%s is refused', (_title, damaged, message) => {
    expect(damaged).not.toBe(text);
    expect(() => parseBlueprint(damaged)).toThrow(message);
    expect(() => parseBlueprint(damaged)).toThrow(expect.objectContaining({ code: 'BLUEPRINT_FILE_INVALID' }));
  });

  test('of any text is read or refused, and nothing else is thrown', () => {
    const position = fc.integer({ min: 0, max: text.length });
    fc.assert(
      fc.property(position, position, fc.string({ maxLength: 4 }), (from, to, inserted) => {
        const damaged = text.slice(0, from) + inserted + text.slice(to);
        const outcome = outcomeOf(() => parseBlueprint(damaged));
        expect(outcome).toMatchObject(
          outcome instanceof Error ? { code: 'BLUEPRINT_FILE_INVALID' } : { formatVersion: 1 },
        );
      }),
    );
  });
});

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
