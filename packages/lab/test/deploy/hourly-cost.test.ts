import type { Blueprint, LoadBalancer, Service, TaskDefinition, VpcEndpoint } from '@switchyard/blueprint';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';

import type { TemplateResource } from '../../src/deploy/assembly.ts';
import { costReport } from '../../src/deploy/cost/cost-report.ts';
import { hourlyCostOf } from '../../src/deploy/cost/hourly-cost.ts';
import { currentPrices } from '../../src/deploy/cost/prices.ts';
import { priceKindOf } from '../../src/deploy/cost/resource-kinds.ts';

const empty: Blueprint = {
  formatVersion: 1,
  partition: 'aws',
  region: 'us-east-1',
  accountId: '000000000000',
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  warnings: [],
  vpcs: [],
  internetGateways: [],
  natGateways: [],
  subnets: [],
  routeTables: [],
  networkAcls: [],
  securityGroups: [],
  vpcEndpoints: [],
  loadBalancers: [],
  targetGroups: [],
  namespaces: [],
  discoveryServices: [],
  clusters: [],
  taskDefinitions: [],
  services: [],
};

function resource(type: string, properties: Record<string, unknown> = {}, logicalId = 'Any'): TemplateResource {
  return { stack: 'Stack', logicalId, type, properties };
}

const cost = (blueprint: Partial<Blueprint>, resources: readonly TemplateResource[] = []) =>
  hourlyCostOf({ ...empty, ...blueprint }, resources, currentPrices);

describe('hourlyCostOf', () => {
  it('is nothing for an empty system', () => {
    expect(cost({})).toMatchObject({ lines: [], hourlyUsd: 0, monthlyUsd: 0, notCounted: [] });
  });

  it('counts vCPUs and memory of Fargate tasks at their desired count, by architecture', () => {
    const blueprint = {
      services: [
        { taskDefinition: 'api', launchType: 'FARGATE', desiredCount: 2 },
        { taskDefinition: 'web', launchType: 'FARGATE', desiredCount: 1 },
        { taskDefinition: 'api', launchType: 'EC2', desiredCount: 9 },
      ] as Service[],
      taskDefinitions: [
        { name: 'api', cpu: 512, memory: 1024 },
        { name: 'web', cpu: 1024, memory: 2048 },
      ] as TaskDefinition[],
    };
    const web = resource('AWS::ECS::TaskDefinition', { Family: 'web', RuntimePlatform: { CpuArchitecture: 'ARM64' } });

    expect(cost(blueprint, [web]).hourlyUsd).toBeCloseTo(1 * 0.04048 + 2 * 0.004445 + 1 * 0.03238 + 2 * 0.00356, 10);
  });

  it('counts a public address for each NAT gateway, each zone of an internet-facing load balancer and each task that has one', () => {
    const { lines } = cost({
      natGateways: [{ name: 'nat', id: 'nat-1', subnet: 'public-a' }],
      loadBalancers: [
        { type: 'application', scheme: 'internet-facing', subnets: ['a', 'b'] },
        { type: 'network', scheme: 'internal', subnets: ['a', 'b'] },
      ] as unknown as LoadBalancer[],
      services: [{ desiredCount: 3, network: { assignPublicIp: true } }] as Service[],
    });

    expect(Object.fromEntries(lines.map(({ what, count }) => [what, count]))).toEqual({
      'NAT gateway': 1,
      'Application Load Balancer': 1,
      'Network Load Balancer': 1,
      'public IPv4 address': 6,
    });
  });

  it('counts an interface endpoint once per zone and a gateway endpoint not at all', () => {
    const { lines } = cost({
      vpcEndpoints: [
        { type: 'Interface', subnets: ['a', 'b', 'c'] },
        { type: 'Gateway', subnets: [] },
      ] as unknown as VpcEndpoint[],
    });
    expect(lines).toEqual([{ what: 'interface endpoint, per zone', count: 3, eachUsd: 0.01, hourlyUsd: 0.03 }]);
  });

  it('counts instances of an Auto Scaling group with their volumes, by the type in their launch template', () => {
    const template = resource(
      'AWS::EC2::LaunchTemplate',
      { LaunchTemplateData: { InstanceType: 't4g.small' } },
      'Template',
    );
    const group = resource('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '2',
      LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' } },
    });

    expect(cost({}, [template, group]).hourlyUsd).toBeCloseTo(2 * 0.0168 + (2 * 30 * 0.08) / 730, 10);
  });

  it('says that an instance type without a price is not counted', () => {
    const template = resource(
      'AWS::EC2::LaunchTemplate',
      { LaunchTemplateData: { InstanceType: 'p5.48xlarge' } },
      'Template',
    );
    const group = resource('AWS::AutoScaling::AutoScalingGroup', {
      DesiredCapacity: '1',
      LaunchTemplate: { LaunchTemplateId: { Ref: 'Template' } },
    });

    expect(cost({}, [template, group])).toMatchObject({ lines: [], notCounted: ['1 × EC2 instance of p5.48xlarge'] });
  });

  it('charges a short-lived private CA as such', () => {
    const ca = (UsageMode?: string) =>
      resource('AWS::ACMPCA::CertificateAuthority', UsageMode === undefined ? {} : { UsageMode });
    expect(cost({}, [ca('SHORT_LIVED_CERTIFICATE')]).monthlyUsd).toBeCloseTo(50, 10);
    expect(cost({}, [ca()]).monthlyUsd).toBeCloseTo(400, 10);
  });

  it('estimates beside the sum what Container Insights costs while nobody asks for anything', () => {
    const cluster = (Value: string) =>
      resource('AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value }] });
    const services = [{ desiredCount: 2 }, { desiredCount: 4 }] as Service[];
    const watched = cost({ services }, [cluster('enhanced')]);

    expect(watched.insights).toEqual({ metrics: 30 + 2 * 40 + 6 * 25, monthlyUsd: 260 * 0.07 });
    expect(watched.monthlyUsd).toBe(0);
    expect(costReport(watched, currentPrices, 'us-east-1', pc.createColors(false))).toContainEqual(
      '  on top, by estimate: Container Insights, some 260 metrics or 18 USD a month, as long as tasks run',
    );
    expect(cost({ services }, [cluster('disabled')]).insights).toBeUndefined();
  });

  it('lists a resource of a type that it does not know', () => {
    const { notCounted } = cost({}, [
      resource('AWS::RDS::DBInstance'),
      resource('AWS::RDS::DBInstance'),
      resource('AWS::IAM::Role'),
    ]);
    expect(notCounted).toEqual(['2 × AWS::RDS::DBInstance']);
  });

  it('says the date of its prices, what costs by use and what is not counted', () => {
    const report = costReport(
      cost({}, [resource('AWS::Logs::LogGroup'), resource('AWS::New::Thing')]),
      currentPrices,
      'eu-west-1',
      pc.createColors(false),
    );
    expect(report.join('\n')).toMatch(/prices of 2026-06-17 in us-east-1; eu-west-1 may differ by a third/);
    expect(report.join('\n')).toMatch(/CloudWatch Logs: 0\.50 per GB/);
    expect(report.at(-1)).toBe('  not counted: 1 × AWS::New::Thing');
  });
});

describe('priceKindOf', () => {
  it('knows what counts, what costs by use and what is free', () => {
    expect(priceKindOf('AWS::EC2::NatGateway')).toEqual({ kind: 'counted' });
    expect(priceKindOf('AWS::S3::Bucket')).toEqual({ kind: 'usage', note: 'storage' });
    expect(priceKindOf('AWS::EC2::Subnet')).toEqual({ kind: 'free' });
    expect(priceKindOf('toString')).toBeUndefined();
  });
});
