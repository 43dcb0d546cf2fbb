import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivedName, uniqueNames } from '../src/naming.ts';

describe('a name', () => {
  test.each([
    ['Balancer/Http/apiGroup/Resource', 'TargetGroup', 'balancer-http-api-group'],
    ['Vpc/Resource', 'VPC', 'vpc'],
    ['api/SecurityGroup/Resource', 'SecurityGroup', 'api'],
    ['HTTPServer/Default', 'Listener', 'http-server'],
    ['Vpc8378EB38', 'VPC', 'vpc8378-eb38'],
  ])('is made of the construct path %s of a %s: %s', (path, shortType, name) => {
    expect(derivedName({ path, stack: 'Lab', shortType })).toBe(name);
  });

  test('is made of the last part only where that is enough', () => {
    expect(
      derivedName({
        path: 'Net/Vpc/publicSubnet1/Subnet',
        stack: 'Lab',
        shortType: 'Subnet',
        isNamedByLastSegment: true,
      }),
    ).toBe('public-subnet1');
  });

  test('is unique, and an explicit one that is wanted once is kept', () => {
    const source = fc.record({
      path: fc.constantFrom('A/b', 'A/c', 'a-b', 'x'),
      stack: fc.constantFrom('One', 'Two'),
      shortType: fc.constant('Thing'),
    });
    const wanted = fc.array(
      fc.record({ source, explicit: fc.constantFrom('a-b', 'x', 'y') }, { requiredKeys: ['source'] }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(wanted, (all) => {
        const names = uniqueNames(all);
        expect(new Set(names).size).toBe(all.length);
        const wantedOnce = all.filter(
          ({ explicit }) => explicit && all.filter((other) => other.explicit === explicit).length === 1,
        );
        expect(wantedOnce.map((one) => names[all.indexOf(one)])).toEqual(wantedOnce.map(({ explicit }) => explicit));
      }),
    );
  });
});
