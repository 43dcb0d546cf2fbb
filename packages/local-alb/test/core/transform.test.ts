import type { RuleTransform } from '@switchyard/blueprint';
import { expect, test } from 'vitest';
import { compileTransforms } from '../../src/core/transform.ts';
import { forwardTo, rule } from '../blueprint.ts';

const REQUEST = { host: 'shop.example.com', uri: '/a/a?a=1' };

function apply(...transforms: readonly RuleTransform[]) {
  return compileTransforms(rule(1, forwardTo('web'), { transforms }))?.(REQUEST);
}

test('replaces only the first match and keeps the rest', () => {
  expect(apply({ type: 'url-rewrite', regex: 'a', replace: 'b' })).toEqual({
    uri: '/b/a?a=1',
    status: 'TransformSuccess',
  });
});

test('leaves a request alone that no transform matches', () => {
  expect(apply({ type: 'url-rewrite', regex: '^/z', replace: '/' })).toBeUndefined();
});

test('compares hosts without regard to case and paths with it', () => {
  expect(apply({ type: 'host-header-rewrite', regex: '^SHOP', replace: 'cart' })?.host).toBe('cart.example.com');
  expect(apply({ type: 'url-rewrite', regex: '^/A', replace: '/b' })).toBeUndefined();
});

test.for([
  ['a port', 'example.com:81'],
  ['a space', 'a b'],
  ['an empty label', 'a..b'],
  ['nothing', ''],
])('says TransformInvalidHost of a host that becomes %s', ([, replace = '']) => {
  expect(apply({ type: 'host-header-rewrite', regex: '^.*$', replace })).toEqual({ status: 'TransformInvalidHost' });
});

test('says TransformBufferTooSmall of a result that is longer than a request line may be', () => {
  const doubled = Array.from({ length: 12 }, () => '$1').join('');
  const uri = `/${'a'.repeat(1500)}`;
  const transform = compileTransforms(
    rule(1, forwardTo('web'), { transforms: [{ type: 'url-rewrite', regex: '^(.*)$', replace: doubled }] }),
  );
  expect(transform?.({ host: 'a', uri })).toEqual({ status: 'TransformBufferTooSmall' });
});
