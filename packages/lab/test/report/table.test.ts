import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { tableOf } from '../../src/report/table.ts';

test('columns are as wide as their widest cell and two spaces apart', () => {
  expect(
    tableOf([
      ['task', 'zone'],
      ['6eb14f9f', 'us-east-1a'],
    ]),
  ).toEqual(['task      zone', '6eb14f9f  us-east-1a']);
});

test('paint does not count towards the width', () => {
  expect(
    tableOf(
      [
        ['a', 'b'],
        ['long', 'c'],
      ],
      (cell) => `<${cell}>`,
    )[0],
  ).toBe('<a>     <b>');
});

test('every cell of a column begins at the same place', () => {
  const cell = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
      const lines = tableOf(rows);
      const start = Math.max(...rows.map(([first]) => first.length)) + 2;
      for (const [index, [, second]] of rows.entries())
        expect(lines[index]?.slice(start, start + second.length)).toBe(second);
    }),
  );
});
