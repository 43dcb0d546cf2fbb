import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatOf } from '../../src/service/negotiate.ts';

test.each([
  [undefined, 'text'],
  ['*/*', 'text'],
  ['application/json', 'json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
  ['text/html;q=0.5, application/json', 'json'],
  ['application/json;q=0', 'text'],
  ['TEXT/HTML ; Q=0.3', 'html'],
  ['image/png', 'text'],
])('answers Accept %s with %s', (accept, format) => {
  expect(formatOf(accept)).toBe(format);
});

test('answers any Accept header with one of the forms', () => {
  const accepts = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'text/html;q=x'));
  fc.assert(fc.property(accepts, (accept) => ['json', 'html', 'text'].includes(formatOf(accept))));
});
