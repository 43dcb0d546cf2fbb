import { describe, expect, test } from 'vitest';
import type { ClassicLoadBalancer } from '../../src/model.ts';
import { blueprintOfResources, surroundings } from '../support.ts';
import { serviceBlueprint } from './support.ts';

function classic(properties: object = {}) {
  const listener = { LoadBalancerPort: '80', InstancePort: '3001', Protocol: 'http' };
  return {
    Type: 'AWS::ElasticLoadBalancing::LoadBalancer',
    Properties: { LoadBalancerName: 'old', Subnets: [{ Ref: 'Subnet' }], Listeners: [listener], ...properties },
  };
}

function read(properties: object = {}): ClassicLoadBalancer | undefined {
  return blueprintOfResources({ ...surroundings, Old: classic(properties) }).classicLoadBalancers?.[0];
}

describe('a Classic Load Balancer', () => {
  test("has AWS's defaults for what the template leaves out", () => {
    expect(read()).toEqual({
      name: 'old',
      dnsName: expect.stringMatching(/^old-\d{10}\.us-east-1\.elb\.amazonaws\.com$/),
      scheme: 'internet-facing',
      vpc: 'vpc',
      subnets: ['subnet'],
      securityGroups: [],
      crossZone: false,
      idleTimeoutSeconds: 60,
      healthCheck: {
        protocol: 'TCP',
        port: 3001,
        intervalSeconds: 30,
        timeoutSeconds: 5,
        healthyThreshold: 10,
        unhealthyThreshold: 2,
      },
      listeners: [{ port: 80, protocol: 'HTTP', instancePort: 3001, instanceProtocol: 'HTTP' }],
    });
  });

  test('has the health check, draining, timeout and cross-zone balancing that the template says', () => {
    const properties = {
      Scheme: 'internal',
      CrossZone: true,
      ConnectionDrainingPolicy: { Enabled: true, Timeout: 20 },
      ConnectionSettings: { IdleTimeout: 90 },
      HealthCheck: {
        Target: 'HTTP:3001/healthz?deep=1',
        Interval: '10',
        Timeout: '5',
        HealthyThreshold: '2',
        UnhealthyThreshold: '3',
      },
    };
    expect(read(properties)).toMatchObject({
      dnsName: expect.stringMatching(/^internal-old-/),
      crossZone: true,
      connectionDrainingSeconds: 20,
      idleTimeoutSeconds: 90,
      healthCheck: {
        protocol: 'HTTP',
        port: 3001,
        path: '/healthz?deep=1',
        intervalSeconds: 10,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
  });

  test('is sticky on the listeners that name its cookie policy', () => {
    const Listeners = [
      { LoadBalancerPort: 80, InstancePort: 3001, Protocol: 'HTTP', PolicyNames: ['hour'] },
      { LoadBalancerPort: 81, InstancePort: 3001, Protocol: 'HTTP' },
    ];
    const policies = { LBCookieStickinessPolicy: [{ PolicyName: 'hour', CookieExpirationPeriod: '3600' }] };
    expect(read({ Listeners, ...policies })?.listeners.map(({ stickiness }) => stickiness)).toEqual([
      { durationSeconds: 3600 },
      undefined,
    ]);
  });

  test.each([['HTTP:3001'], ['TCP:3001/healthz'], ['UDP:53'], ['nonsense']])(
    'with the health check target %s is refused',
    (Target) => {
      expect(() => read({ HealthCheck: { Target } })).toThrow(
        expect.objectContaining({ code: 'BLUEPRINT_PROPERTY_INVALID', message: expect.stringContaining(Target) }),
      );
    },
  );

  test('has services behind it, apart from those in target groups', () => {
    const service = {
      LoadBalancers: [{ LoadBalancerName: { Ref: 'Old' }, ContainerName: 'api', ContainerPort: 3000 }],
    };
    const blueprint = serviceBlueprint({ service }, { Old: classic() });
    expect(blueprint.warnings).toEqual([]);
    expect(blueprint.services[0]).toMatchObject({
      loadBalancers: [],
      classicLoadBalancers: [{ loadBalancer: 'old', containerName: 'api', containerPort: 3000 }],
    });
  });
});
