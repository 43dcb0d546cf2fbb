import { describe, expect, it } from 'vitest';
import { logicalIdOf, propertiesOf, synthesize } from './synthesis.ts';

const { network, platform, services } = synthesize({ endpoints: 'interface' });

/** Who may open connections to whom, as `from → to:port`. */
function allowed(type: 'AWS::EC2::SecurityGroupIngress' | 'AWS::EC2::SecurityGroupEgress'): string[] {
  const nameOf = (value: Record<string, unknown>) => logicalIdOf(value).replace(/SecurityGroup.*$/, '');
  return propertiesOf(services, type)
    .map((rule) =>
      type === 'AWS::EC2::SecurityGroupIngress'
        ? `${nameOf(rule.SourceSecurityGroupId)} → ${nameOf(rule.GroupId)}:${rule.FromPort}-${rule.ToPort}/${rule.IpProtocol}`
        : `${nameOf(rule.GroupId)} → ${nameOf(rule.DestinationSecurityGroupId)}:${rule.FromPort}-${rule.ToPort}/${rule.IpProtocol}`,
    )
    .sort();
}

const endpointEdges = ['api', 'frontend', 'worker'].map((name) => `${name} → Endpoints:443-443/tcp`);

const edges = [
  ...endpointEdges,
  'Entrance → api:3000-3000/tcp',
  'Entrance → frontend:3000-3000/tcp',
  'Entrance → worker:3000-3000/tcp',
  'api → worker:3000-3000/tcp',
  'frontend → api:3000-3000/tcp',
].sort();

describe('security groups', () => {
  it('let the load balancer reach each service, the frontend the api, the api the worker, all the endpoints, and nobody else', () => {
    expect(allowed('AWS::EC2::SecurityGroupIngress')).toEqual(edges);
  });

  it('restrict the callers to the same connections', () => {
    expect(allowed('AWS::EC2::SecurityGroupEgress')).toEqual(edges.filter((edge) => !endpointEdges.includes(edge)));
  });

  it('let tasks out on port 443 only, besides their peers', () => {
    for (const group of propertiesOf(services, 'AWS::EC2::SecurityGroup')) {
      expect(group.SecurityGroupIngress).toBeUndefined();
      expect(group.SecurityGroupEgress).toMatchObject([{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }]);
    }
  });

  it('say of every rule whom it is for', () => {
    const inline = [network, platform, services]
      .flatMap((template) => propertiesOf(template, 'AWS::EC2::SecurityGroup'))
      .flatMap((group) => [...(group.SecurityGroupIngress ?? []), ...(group.SecurityGroupEgress ?? [])]);
    const standalone = (['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'] as const).flatMap((type) =>
      [network, platform, services].flatMap((template) => propertiesOf(template, type)),
    );
    expect(new Set([...inline, ...standalone].map((rule) => rule.Description))).toEqual(
      new Set([
        'Internet to load balancer',
        'Load balancer to target',
        'frontend to api',
        'api to worker',
        'frontend to endpoints',
        'api to endpoints',
        'worker to endpoints',
        'Images, logs and the AWS APIs',
        'Disallow all traffic',
      ]),
    );
  });
});
