import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIpv4, isIpv6, requireFits, requireValidAttributes } from '../../src/core/attributes.ts';
import { serviceWith } from './registry.ts';

describe('isIpv4 and isIpv6', () => {
  const almost = fc.stringMatching(/^[0-9a-fA-F:.]{0,40}$/);
  const grouped = fc
    .array(fc.constantFrom('0', 'ff', '1234', '12345', '', '::', ':', '1.2.3.4', 'g'), { maxLength: 9 })
    .map((parts) => parts.join(':'));
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), almost, grouped);

  test('agree with the system about what an address is', () => {
    fc.assert(
      fc.property(text, (candidate) => {
        expect([isIpv4(candidate), isIpv6(candidate)]).toEqual([isIP(candidate) === 4, isIP(candidate) === 6]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('requireValidAttributes', () => {
  test.each([
    ['an ordinary registration', { AWS_INSTANCE_IPV4: '10.0.0.1', AVAILABILITY_ZONE: 'us-east-1a', empty: '' }],
    ['thirty custom attributes', Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, 'v']))],
    ['spaces within a value', { note: 'a b\tc' }],
  ])('takes %s', (_, attributes) => {
    expect(() => requireValidAttributes(attributes)).not.toThrow();
  });

  test.each([
    ['an empty key', { '': 'v' }],
    ['a key with a space', { 'a b': 'v' }],
    ['a key of 256 characters', { ['k'.repeat(256)]: 'v' }],
    ['a value of 1025 characters', { k: 'v'.repeat(1025) }],
    ['a value that begins or ends with a space', { k: ' v' }],
    ['a value with characters beyond ASCII', { k: 'é' }],
    ['31 custom attributes', Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`k${index}`, 'v']))],
    ['more than 5000 characters', Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`k${index}`, 'v'.repeat(1000)]))],
    ['an IPv4 address that is none', { AWS_INSTANCE_IPV4: '10.0.0.256' }],
    ['an IPv6 address that is none', { AWS_INSTANCE_IPV6: '::1::' }],
    ['port 0', { AWS_INSTANCE_PORT: '0' }],
    ['port 65536', { AWS_INSTANCE_PORT: '65536' }],
    ['an unknown initial health', { AWS_INIT_HEALTH_STATUS: 'FINE' }],
    ['an alias', { AWS_ALIAS_DNS_NAME: 'x.elb.amazonaws.com' }],
  ])('refuses %s', (_, attributes) => {
    expect(() => requireValidAttributes(attributes)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });
});

describe('requireFits', () => {
  const record = (type: 'A' | 'AAAA' | 'SRV' | 'CNAME') => [{ type, ttlSeconds: 10 }];

  test.each([
    ['an A record', 'A', {}, 'AWS_INSTANCE_IPV4'],
    ['an AAAA record', 'AAAA', {}, 'AWS_INSTANCE_IPV6'],
    ['a CNAME record', 'CNAME', {}, 'AWS_INSTANCE_CNAME'],
    ['an SRV record', 'SRV', { AWS_INSTANCE_IPV4: '10.0.0.1' }, 'AWS_INSTANCE_PORT'],
    ['an SRV record', 'SRV', { AWS_INSTANCE_PORT: '80' }, 'AWS_INSTANCE_IPV4 or AWS_INSTANCE_IPV6'],
  ] as const)('refuses an instance of which %s cannot be made', (_, type, attributes, missing) => {
    expect(() => requireFits(serviceWith({ records: record(type) }), 'i', attributes)).toThrow(
      expect.objectContaining({ code: 'InvalidInput', message: expect.stringContaining(missing) }),
    );
  });

  test('refuses an instance id that makes no DNS name, where SRV records would need it', () => {
    const attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_PORT: '80' };
    const service = serviceWith({ records: record('SRV') });
    for (const id of ['x'.repeat(64), 'a..b', '.a']) {
      expect(() => requireFits(service, id, attributes)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
    }
    expect(() => requireFits(service, 'x'.repeat(63), attributes)).not.toThrow();
    expect(() => requireFits(serviceWith({ records: record('A') }), 'a..b', attributes)).not.toThrow();
  });

  test('refuses an initial health where there is no custom health check', () => {
    const attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' };
    expect(() => requireFits(serviceWith({ customHealthCheck: false }), 'i', attributes)).toThrow(
      expect.objectContaining({ code: 'InvalidInput' }),
    );
  });
});
