import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, resourcesOf, synthesize } from './synthesis.ts';
import type { Templates } from './synthesis.ts';

const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';
const zone = { domainName: 'lab.example.com', hostedZoneId: 'Z0123456789' };

function attributesOf({ platform }: Templates): Record<string, unknown> {
  const [{ LoadBalancerAttributes }] = propertiesOf(platform, 'AWS::ElasticLoadBalancingV2::LoadBalancer') as [
    { LoadBalancerAttributes: { Key: string; Value: unknown }[] },
  ];
  return Object.fromEntries(LoadBalancerAttributes.map(({ Key, Value }) => [Key, Value]));
}

describe('without a certificate', () => {
  it('there is HTTP only, and no record in any zone', () => {
    const { platform, services } = synthesize();
    services.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    platform.resourceCountIs('AWS::Route53::RecordSet', 0);
    platform.resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });
});

describe('with a domain and its zone', () => {
  const templates = synthesize(zone);
  const listeners = propertiesOf(templates.services, 'AWS::ElasticLoadBalancingV2::Listener');
  const secure = listeners.find((listener) => listener.Port === 443);

  it('a certificate for the domain is made and proves itself in the zone', () => {
    expect(propertiesOf(templates.platform, 'AWS::CertificateManager::Certificate')).toMatchObject([
      {
        DomainName: 'lab.example.com',
        ValidationMethod: 'DNS',
        DomainValidationOptions: [{ DomainName: 'lab.example.com', HostedZoneId: 'Z0123456789' }],
      },
    ]);
  });

  it('the domain is an alias of the load balancer', () => {
    expect(propertiesOf(templates.platform, 'AWS::Route53::RecordSet')).toMatchObject([
      { Name: 'lab.example.com.', Type: 'A', HostedZoneId: 'Z0123456789', AliasTarget: expect.anything() },
    ]);
  });

  it('the rules are served over HTTPS with a current policy', () => {
    expect(secure).toMatchObject({ Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09' });
    const rules = propertiesOf(templates.services, 'AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(rules).toHaveLength(5);
    for (const rule of rules) expect(logicalIdOf(rule.ListenerArn)).toContain('SecureListener');
  });

  it('plain HTTP is redirected to HTTPS for good', () => {
    expect(listeners.find((listener) => listener.Port === 80).DefaultActions).toEqual([
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
    ]);
  });

  it('the listener on port 80 stays the same resource, so that HTTPS can be switched on later', () => {
    const portOf = (templates: Templates) =>
      Object.entries(resourcesOf(templates.services, 'AWS::ElasticLoadBalancingV2::Listener'))
        .filter(([, { Properties }]) => Properties.Port === 80)
        .map(([id]) => id);
    expect(portOf(templates)).toEqual(portOf(synthesize()));
  });

  it('the load balancer lets the internet in on 80 and 443', () => {
    const [group] = propertiesOf(templates.platform, 'AWS::EC2::SecurityGroup');
    expect(group.SecurityGroupIngress.map((rule: { FromPort: number }) => rule.FromPort)).toEqual([80, 443]);
  });
});

describe('with a certificate of one’s own', () => {
  it('HTTPS is served with it and no zone is touched', () => {
    const { platform, services } = synthesize({ certificateArn, domainName: 'lab.example.com' });
    services.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Certificates: [{ CertificateArn: certificateArn }],
    });
    platform.resourceCountIs('AWS::Route53::RecordSet', 0);
  });

  it('the output says under which name it is served, and where that name must lead', () => {
    const { Url, Address } = synthesize({ certificateArn, domainName: 'lab.example.com' }).platform.toJSON()['Outputs'];
    expect(Url.Value).toBe('https://lab.example.com');
    expect(Address.Value['Fn::GetAtt'][1]).toBe('DNSName');
    expect(synthesize(zone).platform.toJSON()['Outputs']).not.toHaveProperty('Address');
  });
});

describe('deletion protection', () => {
  it('is off for the lab and on by a switch', () => {
    expect(attributesOf(synthesize())['deletion_protection.enabled']).toBe('false');
    expect(attributesOf(synthesize({ deletionProtection: true }))['deletion_protection.enabled']).toBe('true');
  });
});

describe('the load balancer’s logs', () => {
  const templates = synthesize();
  const [bucket] = Object.values(resourcesOf(templates.platform, 'AWS::S3::Bucket'));

  it.each(['access_logs', 'connection_logs', 'health_check_logs'])('include %s', (kind) => {
    const attributes = attributesOf(templates);
    expect(attributes[`${kind}.s3.enabled`]).toBe('true');
    expect(attributes[`${kind}.s3.prefix`]).toBe(kind);
    expect(logicalIdOf(attributes[`${kind}.s3.bucket`] as Record<string, unknown>)).toMatch(/^EntranceLogsBucket/);
    const [policy] = propertiesOf(templates.platform, 'AWS::S3::BucketPolicy');
    const writes = policy.PolicyDocument.Statement.find((each: { Sid?: string }) => each.Sid === 'LoadBalancerWrites');
    expect(writes.Principal).toEqual({ Service: 'logdelivery.elasticloadbalancing.amazonaws.com' });
    expect(JSON.stringify(writes.Resource)).toContain(`/${kind}/AWSLogs/`);
  });

  it('are encrypted, private, reached by TLS only and removed after two weeks', () => {
    expect(bucket?.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 14, Status: 'Enabled' }] },
    });
    const [policy] = propertiesOf(templates.platform, 'AWS::S3::BucketPolicy');
    expect(policy.PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('go with the stack: the bucket is emptied and deleted', () => {
    expect(bucket?.DeletionPolicy).toBe('Delete');
    templates.platform.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });

  it('are allowed before the load balancer is told to write them', () => {
    const [loadBalancer] = Object.values(resourcesOf(templates.platform, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(loadBalancer?.DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/^EntranceLogsBucketPolicy/)]),
    );
  });
});
