import { describe, expect, test } from 'vitest';
import { printBlueprint } from '../../src/print.ts';
import { parseBlueprint } from '../../src/parse.ts';
import { blueprintOfResources, type Resources } from '../support.ts';
import { serviceBlueprint } from './support.ts';

const capacity: Resources = {
  Template: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        InstanceType: 't4g.small',
        ImageId: '{{resolve:ssm:/some/image}}',
        NetworkInterfaces: [{ AssociatePublicIpAddress: false }],
      },
    },
  },
  Group: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      AutoScalingGroupName: 'instances',
      MinSize: '2',
      MaxSize: '4',
      VPCZoneIdentifier: [{ Ref: 'Subnet' }],
      LaunchTemplate: {
        LaunchTemplateId: { Ref: 'Template' },
        Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
      },
    },
  },
  Provider: {
    Type: 'AWS::ECS::CapacityProvider',
    Properties: {
      Name: 'ec2',
      AutoScalingGroupProvider: {
        AutoScalingGroupArn: { Ref: 'Group' },
        ManagedScaling: { Status: 'ENABLED' },
        ManagedDraining: 'ENABLED',
      },
    },
  },
  Association: {
    Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    Properties: {
      Cluster: { Ref: 'Cluster' },
      CapacityProviders: ['FARGATE', { Ref: 'Provider' }],
      DefaultCapacityProviderStrategy: [],
    },
  },
};

describe('EC2 capacity', () => {
  const service = { CapacityProviderStrategy: [{ CapacityProvider: { Ref: 'Provider' }, Weight: 1 }] };
  const blueprint = serviceBlueprint({ service }, capacity);

  test('is read without a warning, and survives being written and read again', () => {
    expect(blueprint.warnings).toEqual([]);
    expect(parseBlueprint(printBlueprint(blueprint))).toEqual(JSON.parse(JSON.stringify(blueprint)));
  });

  test('is a group of instances, of which there are as few as may be unless the template says more', () => {
    expect(blueprint.autoScalingGroups).toEqual([
      {
        name: 'instances',
        subnets: ['subnet'],
        securityGroups: [],
        instanceType: 't4g.small',
        minSize: 2,
        maxSize: 4,
        desiredCapacity: 2,
      },
    ]);
  });

  test('is offered to a cluster by a capacity provider, which a service names', () => {
    expect(blueprint.capacityProviders).toEqual([
      {
        name: 'ec2',
        autoScalingGroup: 'instances',
        managedScaling: true,
        managedDraining: true,
        managedTerminationProtection: false,
      },
    ]);
    expect(blueprint.clusters[0]?.capacityProviders).toEqual(['ec2']);
    expect(blueprint.services[0]).toMatchObject({ launchType: 'EC2', capacityProvider: 'ec2' });
  });

  test('without it the blueprint says nothing about capacity', () => {
    expect(Object.keys(serviceBlueprint())).not.toContain('autoScalingGroups');
    expect(serviceBlueprint().clusters[0]).not.toHaveProperty('capacityProviders');
  });

  test('of a launch configuration is read like that of a launch template', () => {
    const launch = { Type: 'AWS::AutoScaling::LaunchConfiguration', Properties: { InstanceType: 'm7g.large' } };
    const group = {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { MinSize: 0, MaxSize: 5, DesiredCapacity: '3', LaunchConfigurationName: { Ref: 'Launch' } },
    };
    const { autoScalingGroups, warnings } = blueprintOfResources({ Launch: launch, Group: group });
    expect(autoScalingGroups).toMatchObject([{ instanceType: 'm7g.large', desiredCapacity: 3 }]);
    expect(warnings).toEqual([]);
  });

  test('of mixed instances is read with a warning', () => {
    const group = { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { MinSize: 1, MaxSize: 1 } };
    expect(blueprintOfResources({ Group: group }).warnings).toEqual([expect.stringContaining('mixes instances')]);
  });
});

describe('a service’s placement', () => {
  test('has its strategies in order, and whether each task needs an instance of its own', () => {
    const service = {
      PlacementStrategies: [{ Type: 'spread', Field: 'instanceId' }, { Type: 'random' }],
      PlacementConstraints: [{ Type: 'distinctInstance' }],
    };
    expect(serviceBlueprint({ service }).services[0]?.placement).toEqual({
      strategies: [{ type: 'spread', field: 'instanceId' }, { type: 'random' }],
      distinctInstance: true,
    });
  });

  test('by an expression is left out with a warning', () => {
    const service = { PlacementConstraints: [{ Type: 'memberOf', Expression: 'attribute:x == y' }] };
    expect(serviceBlueprint({ service }).warnings).toEqual([expect.stringContaining('expression about instances')]);
  });
});
