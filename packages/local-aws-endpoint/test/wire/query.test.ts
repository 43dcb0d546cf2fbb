import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsApiError } from '../../src/api.ts';
import { parseQuery } from '../../src/wire/query.ts';

type Tree = string | Tree[] | { [key: string]: Tree };

const name = fc.stringMatching(/^[A-Z][A-Za-z0-9]{0,8}$/).filter((key) => key !== 'Action' && key !== 'Version');
const { tree } = fc.letrec<{ tree: Tree; structure: { [key: string]: Tree } }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.array(tie('tree'), { minLength: 1, maxLength: 12 }),
    tie('structure'),
  ),
  structure: fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
}));
const structure = fc.dictionary(name, tree, { maxKeys: 5, noNullPrototype: true });

/** What an SDK does: lists are `X.member.N`, structures `X.Y`. */
function flatten(value: Tree, path: string, form: URLSearchParams): URLSearchParams {
  if (typeof value === 'string') form.append(path, value);
  else if (Array.isArray(value)) value.forEach((item, index) => flatten(item, `${path}.member.${index + 1}`, form));
  else for (const [key, member] of Object.entries(value)) flatten(member, path === '' ? key : `${path}.${key}`, form);
  return form;
}

function outcomeOf(form: string): unknown {
  try {
    return parseQuery(form)?.action;
  } catch (error) {
    return error;
  }
}

describe('parseQuery', () => {
  test('reads back whatever a client flattens', () => {
    fc.assert(
      fc.property(structure, (input) => {
        const form = flatten(input, '', new URLSearchParams({ Action: 'Describe', Version: '2015-12-01' }));
        expect(parseQuery(form.toString())).toEqual({ action: 'Describe', version: '2015-12-01', input });
      }),
    );
  });

  test('never throws anything but an API error, whatever the form', () => {
    const word = fc.constantFrom('member', 'entry', 'key', 'value', '1', '2', '', 'X', '__proto__', 'constructor');
    const parameter = fc.tuple(
      fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join('.')),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(parameter), (parameters) => {
        const form = new URLSearchParams([['Action', 'A'], ...parameters]).toString();
        expect(outcomeOf(form)).toSatisfy((outcome) => outcome === 'A' || outcome instanceof AwsApiError);
      }),
    );
    expect({}).not.toHaveProperty('X');
  });

  test('orders a list by its numbers, whatever their order and gaps', () => {
    expect(parseQuery('Action=A&L.member.10=c&L.member.2=b&L.member.1=a')?.input).toEqual({ L: ['a', 'b', 'c'] });
  });

  test('reads a map from its entries', () => {
    const form = 'Action=A&M.entry.1.key=k&M.entry.1.value=v&M.entry.2.key=l&M.entry.2.value.X=w';
    expect(parseQuery(form)?.input).toEqual({ M: { k: 'v', l: { X: 'w' } } });
  });

  test('reads an empty list as the empty string that clients write', () => {
    expect(parseQuery('Action=A&L=')?.input).toEqual({ L: '' });
  });

  test('keeps a structure that merely has a member named member', () => {
    expect(parseQuery('Action=A&S.member=x')?.input).toEqual({ S: { member: 'x' } });
  });

  test('answers undefined for a form without an action', () => {
    expect(parseQuery('Version=1&X=2')).toBeUndefined();
  });

  test.each([
    ['a name that is both a value and a structure', 'Action=A&X=1&X.Y=2'],
    ['a structure that is later a value', 'Action=A&X.Y=2&X=1'],
    ['a name given twice', 'Action=A&X=1&X=2'],
    ['an entry without a value', 'Action=A&M.entry.1.key=k'],
    ['names nested without end', `Action=A&${'X.'.repeat(30)}Y=1`],
    ['more parameters than any client sends', `Action=A${'&X=1'.repeat(6000)}`],
  ])('refuses %s', (_, form) => {
    expect(() => parseQuery(form)).toThrow(expect.objectContaining({ code: 'MalformedInput', status: 400 }));
  });
});
