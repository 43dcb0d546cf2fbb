import { describe, expect, it } from 'vitest';
import { serviceNames } from '../src/config.ts';
import { switchDescriptions } from '../src/switches.ts';
import { logicalIdOf, propertiesOf, resourcesOf, synthesize } from './synthesis.ts';
import type { Templates } from './synthesis.ts';

/** Who may open connections to whom, as `from → to:port`. */
function allowed({ services }: Templates): string[] {
  const nameOf = (value: Record<string, unknown>) => logicalIdOf(value).replace(/SecurityGroup.*$/, '');
  return propertiesOf(services, 'AWS::EC2::SecurityGroupIngress')
    .map((rule) => `${nameOf(rule.SourceSecurityGroupId)} → ${nameOf(rule.GroupId)}:${rule.FromPort}`)
    .sort();
}

/** Ports that network ACLs let into the private subnets, from the VPC. */
function letIntoPrivateSubnets({ network }: Templates): [from: number, to: number][] {
  return Object.entries(resourcesOf(network, 'AWS::EC2::NetworkAclEntry'))
    .filter(([id, { Properties }]) => id.startsWith('AclsPrivatein') && Properties.CidrBlock !== '0.0.0.0/0')
    .map(([, { Properties }]) => [Properties.PortRange.From, Properties.PortRange.To]);
}

function containersOf({ services }: Templates) {
  return propertiesOf(services, 'AWS::ECS::TaskDefinition').map(({ ContainerDefinitions }) => ContainerDefinitions[0]);
}

describe('between load balancer and tasks', () => {
  const plain = synthesize();
  const encrypted = synthesize({ targetTls: true });

  it('there is plain HTTP by default', () => {
    for (const group of propertiesOf(plain.services, 'AWS::ElasticLoadBalancingV2::TargetGroup')) {
      expect(group).toMatchObject({ Protocol: 'HTTP', Port: 3000 });
    }
    for (const { Environment } of containersOf(plain)) {
      expect(Environment.map(({ Name }: { Name: string }) => Name)).not.toContain('TLS_PORT');
    }
  });

  it('HTTPS is spoken by a switch, in health checks too', () => {
    const groups = propertiesOf(encrypted.services, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups).toHaveLength(serviceNames.length);
    for (const group of groups) {
      expect(group).toMatchObject({ Protocol: 'HTTPS', Port: 3002, HealthCheckProtocol: 'HTTPS' });
    }
    for (const { LoadBalancers } of propertiesOf(encrypted.services, 'AWS::ECS::Service')) {
      expect(LoadBalancers).toMatchObject([{ ContainerPort: 3002 }]);
    }
  });

  it('HTTPS has a port of its own, of which the service is told', () => {
    for (const { Name, Environment, PortMappings } of containersOf(encrypted)) {
      expect(Environment).toContainEqual({ Name: 'TLS_PORT', Value: '3002' });
      expect(PortMappings).toMatchObject([
        { ContainerPort: 3000, Name },
        { ContainerPort: 3002, Name: `${Name}-tls` },
      ]);
    }
  });

  it('only the load balancer reaches that port, and it reaches no other', () => {
    expect(allowed(encrypted)).toEqual([
      'Entrance → api:3002',
      'Entrance → frontend:3002',
      'Entrance → worker:3002',
      'api → worker:3000',
      'frontend → api:3000',
    ]);
    for (const ports of letIntoPrivateSubnets(encrypted)) expect(ports).toEqual([3000, 3002]);
  });
});

describe('between services', () => {
  const plain = synthesize();
  const encrypted = synthesize({ serviceConnectTls: true });

  it('nothing is encrypted by default, and there is no CA that costs money', () => {
    for (const { ServiceConnectConfiguration } of propertiesOf(plain.services, 'AWS::ECS::Service')) {
      expect(ServiceConnectConfiguration.Services[0].Tls).toBeUndefined();
    }
    plain.platform.resourceCountIs('AWS::ACMPCA::CertificateAuthority', 0);
    plain.platform.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('Service Connect encrypts by a switch, whose help says what that costs', () => {
    const role = Object.keys(resourcesOf(encrypted.platform, 'AWS::IAM::Role')).find((id) => id.startsWith('Mesh'));
    for (const { ServiceConnectConfiguration } of propertiesOf(encrypted.services, 'AWS::ECS::Service')) {
      const [{ Tls }] = ServiceConnectConfiguration.Services;
      expect(logicalIdOf(Tls.IssuerCertificateAuthority.AwsPcaAuthorityArn)).toMatch(/^MeshEncryptionAuthority/);
      expect(logicalIdOf(Tls.KmsKey)).toMatch(/^MeshEncryptionKey/);
      expect(logicalIdOf(Tls.RoleArn)).toContain(role);
    }
    expect(switchDescriptions.serviceConnectTls.help).toMatch(/50 USD a month.*400.*0\.058 USD per certificate/);
  });

  it('the private CA is the cheap kind, active, and marked as one that ECS may use', () => {
    expect(propertiesOf(encrypted.platform, 'AWS::ACMPCA::CertificateAuthority')).toMatchObject([
      { Type: 'ROOT', UsageMode: 'SHORT_LIVED_CERTIFICATE', Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }] },
    ]);
    expect(propertiesOf(encrypted.platform, 'AWS::ACMPCA::CertificateAuthorityActivation')).toMatchObject([
      { Status: 'ACTIVE' },
    ]);
  });

  it('ECS may use the key for certificates, which turns and goes with its stack', () => {
    const [key] = Object.values(resourcesOf(encrypted.platform, 'AWS::KMS::Key'));
    expect(key).toMatchObject({ DeletionPolicy: 'Delete', Properties: { EnableKeyRotation: true } });
    const statements = propertiesOf(encrypted.platform, 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    expect(statements).toContainEqual(
      expect.objectContaining({ Action: expect.arrayContaining(['kms:GenerateDataKeyPair', 'kms:Decrypt']) }),
    );
  });

  it('encrypted calls arrive at a port of the proxy’s own, and plain ones still at the service’s', () => {
    for (const { ServiceConnectConfiguration } of propertiesOf(encrypted.services, 'AWS::ECS::Service')) {
      expect(ServiceConnectConfiguration.Services).toMatchObject([{ IngressPortOverride: 3003 }]);
    }
    expect(allowed(encrypted)).toEqual([
      'Entrance → api:3000',
      'Entrance → frontend:3000',
      'Entrance → worker:3000',
      'api → worker:3000',
      'api → worker:3003',
      'frontend → api:3000',
      'frontend → api:3003',
    ]);
    for (const ports of letIntoPrivateSubnets(encrypted)) expect(ports).toEqual([3000, 3003]);
  });
});
