import { describe, expect, it } from 'vitest';

import { isCovered } from '../../src/deploy/preflight/certificate.ts';
import { domainWishOf } from '../../src/deploy/preflight/domain.ts';

const resource = (type: string, properties: Readonly<Record<string, unknown>>) => ({
  stack: 'Platform',
  logicalId: type,
  type,
  properties,
});
const url = (value: unknown) => ({ stack: 'Platform', name: 'Url', value });

describe('domainWishOf', () => {
  it('reads the domain, its zone and the certificate that the switches named', () => {
    expect(
      domainWishOf({
        resources: [
          resource('AWS::Route53::RecordSet', { HostedZoneId: 'Z0123456789ABC' }),
          resource('AWS::ElasticLoadBalancingV2::Listener', {}),
          resource('AWS::ElasticLoadBalancingV2::Listener', { Certificates: [{ CertificateArn: 'arn:aws:acm:…' }] }),
        ],
        outputs: [url('https://lab.example.com')],
      }),
    ).toEqual({ domainName: 'lab.example.com', hostedZoneId: 'Z0123456789ABC', certificateArn: 'arn:aws:acm:…' });
  });

  it('finds nothing where the deployment makes everything itself', () => {
    expect(
      domainWishOf({
        resources: [
          resource('AWS::ElasticLoadBalancingV2::Listener', { Certificates: [{ CertificateArn: { Ref: 'Own' } }] }),
        ],
        outputs: [url({ 'Fn::Join': ['', ['http://', { 'Fn::GetAtt': ['LoadBalancer', 'DNSName'] }]] })],
      }),
    ).toEqual({});
  });
});

describe('isCovered', () => {
  it.each([
    ['lab.example.com', 'lab.example.com', true],
    ['lab.example.com', 'LAB.example.com', true],
    ['lab.example.com', '*.example.com', true],
    ['example.com', '*.example.com', false],
    ['a.lab.example.com', '*.example.com', false],
    ['lab.example.com', 'example.com', false],
    ['lab.example.org', '*.example.com', false],
  ])('%s by a certificate for %s → %s', (domainName, certificateName, expected) => {
    expect(isCovered(domainName, certificateName)).toBe(expected);
  });
});
