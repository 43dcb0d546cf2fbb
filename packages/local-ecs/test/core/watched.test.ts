import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observe } from '../../src/core/watched.ts';
import type { Change, Phase, Probe, Sight, Watched } from '../../src/core/watched.ts';

const at = '10.0.0.2';
const watching = (phase: Phase): Watched => new Map([[at, phase]]);
const probe = (answer: Probe): Sight => ({ kind: 'probe', address: at, probe: answer });
const caller: Sight = { kind: 'caller', address: at };
const names = (...addresses: string[]): Sight => ({ kind: 'names', addresses });
const kinds = (changes: readonly Change[]): string[] => changes.map(({ kind }) => kind);

test('an address that a name has newly is a task that starts, one that it lost is gone', () => {
  const { watched, changes } = observe(watching('running'), names('10.0.0.3', '10.0.0.3'));
  expect(changes).toEqual([
    { kind: 'gone', address: at },
    { kind: 'appeared', address: '10.0.0.3' },
  ]);
  expect([...watched]).toEqual([['10.0.0.3', 'starting']]);
});

describe.each<[Phase, Probe, Phase, string[]]>([
  ['starting', 'refused', 'starting', []],
  ['starting', 'silent', 'starting', []],
  ['starting', 'draining', 'starting', []],
  ['starting', 'serving', 'running', ['listens']],
  ['starting', 'failing', 'running', ['listens']],
  ['running', 'serving', 'running', []],
  ['running', 'failing', 'running', []],
  ['running', 'silent', 'running', []],
  ['running', 'draining', 'draining', ['drains']],
  ['running', 'refused', 'ended', ['gone']],
  ['draining', 'draining', 'draining', []],
  ['draining', 'silent', 'draining', []],
  ['draining', 'refused', 'ended', ['gone']],
  ['draining', 'serving', 'running', ['gone', 'appeared', 'listens']],
  ['ended', 'refused', 'ended', []],
  ['ended', 'draining', 'ended', []],
  ['ended', 'serving', 'running', ['appeared', 'listens']],
])('a task that is %s and %s', (phase, answer, next, expected) => {
  test(`is ${next}${expected.length === 0 ? '' : `: ${expected.join(', ')}`}`, () => {
    const { watched, changes } = observe(watching(phase), probe(answer));
    expect(watched.get(at)).toBe(next);
    expect(kinds(changes)).toEqual(expected);
  });
});

test('a process that asks at an address whose last one ended is a new task that starts', () => {
  const { watched, changes } = observe(watching('ended'), caller);
  expect(watched.get(at)).toBe('starting');
  expect(kinds(changes)).toEqual(['appeared']);
});

test.each<Phase>(['starting', 'running', 'draining'])('a task that is %s and asks stays what it is', (phase) => {
  expect(observe(watching(phase), caller)).toEqual({ watched: watching(phase), changes: [] });
});

test('an address whose process ended is not gone twice when the name loses it', () => {
  expect(observe(watching('ended'), names()).changes).toEqual([]);
});

test('what answers or asks at an address that no name has is nobody’s task', () => {
  expect(observe(new Map(), caller)).toEqual({ watched: new Map(), changes: [] });
  expect(observe(new Map(), probe('serving'))).toEqual({ watched: new Map(), changes: [] });
});

test('whatever is seen, an address appears, listens and drains at most once each before it is gone', () => {
  const address = fc.constantFrom('10.0.0.2', '10.0.0.3');
  const sight: fc.Arbitrary<Sight> = fc.oneof(
    fc.record({ kind: fc.constant('names' as const), addresses: fc.array(address, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('probe' as const),
      address,
      probe: fc.constantFrom<Probe>('serving', 'draining', 'failing', 'refused', 'silent'),
    }),
    fc.record({ kind: fc.constant('caller' as const), address }),
  );
  fc.assert(
    fc.property(fc.array(sight, { maxLength: 40 }), (sights) => {
      let watched: Watched = new Map();
      const lives = new Map<string, string>();
      const seen = (change: Change): void =>
        void lives.set(change.address, `${lives.get(change.address) ?? ''}${change.kind} `);
      for (const each of [...sights, names()]) {
        const observed = observe(watched, each);
        ({ watched } = observed);
        observed.changes.forEach(seen);
      }
      for (const life of lives.values()) expect(life).toMatch(/^(appeared (listens (drains )?)?gone )*$/);
    }),
  );
});
