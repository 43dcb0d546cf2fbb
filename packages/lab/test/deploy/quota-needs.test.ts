import { describe, expect, it } from 'vitest';

import { quotaNeedsOf } from '../../src/deploy/preflight/quota-needs.ts';
import type { Deployed } from '../../src/deploy/preflight/quota-needs.ts';

const resource = (stack: string, type: string, properties: Readonly<Record<string, unknown>> = {}) => ({
  stack,
  type,
  properties,
  logicalId: type,
});

const resources = [
  resource('Network', 'AWS::EC2::VPC'),
  resource('Network', 'AWS::EC2::InternetGateway'),
  ...['a', 'b', 'c'].flatMap(() => [resource('Network', 'AWS::EC2::EIP'), resource('Network', 'AWS::EC2::NatGateway')]),
  resource('Platform', 'AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'application' }),
  resource('Modes', 'AWS::ElasticLoadBalancingV2::LoadBalancer', { Type: 'network' }),
  resource('Modes', 'AWS::ElasticLoadBalancing::LoadBalancer'),
  resource('Modes', 'AWS::AutoScaling::AutoScalingGroup', { MinSize: '2' }),
  resource('Services', 'AWS::ECS::Service', { LaunchType: 'FARGATE' }),
];
const blueprint = {
  services: [
    { launchType: 'FARGATE', taskDefinition: 'api', desiredCount: 3, deployment: { maximumPercent: 150 } },
    { launchType: 'EC2', taskDefinition: 'worker', desiredCount: 3, deployment: { maximumPercent: 150 } },
  ],
  taskDefinitions: [
    { name: 'api', cpu: 512 },
    { name: 'worker', cpu: 512 },
  ],
} as unknown as Deployed['blueprint'];

function needs(...standing: readonly string[]): (readonly [string, number])[] {
  return quotaNeedsOf({ blueprint, resources, standing: new Set(standing) }).map(({ what, needed }) => [what, needed]);
}

describe('quotaNeedsOf', () => {
  it('asks for the vCPUs of a deployment, in which old and new tasks run side by side', () => {
    expect(needs()).toEqual([
      ['VPCs', 1],
      ['internet gateways', 1],
      ['Elastic IP addresses', 3],
      ['NAT gateways in a zone', 1],
      ['Application Load Balancers', 1],
      ['Network Load Balancers', 1],
      ['Classic Load Balancers', 1],
      ['Fargate vCPUs', 2],
      ['vCPUs of EC2 instances', 4],
    ]);
  });

  it('asks for nothing of what stands already', () => {
    expect(needs('Network', 'Platform')).toEqual([
      ['Network Load Balancers', 1],
      ['Classic Load Balancers', 1],
      ['Fargate vCPUs', 2],
      ['vCPUs of EC2 instances', 4],
    ]);
  });

  it('asks for the new tasks of an update alone, as the old ones are in use already', () => {
    expect(needs('Network', 'Platform', 'Modes', 'Services')).toEqual([['Fargate vCPUs', 0.5]]);
  });
});
