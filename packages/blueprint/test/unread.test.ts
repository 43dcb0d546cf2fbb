import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Assembly, loadAssembly } from '../src/assembly/load.ts';
import { blueprintOf } from '../src/blueprint-of.ts';
import { isIgnorable } from '../src/resources/ignorable.ts';
import { buildGrownApp } from './fixtures/grown-app.ts';
import { buildLabApp } from './fixtures/lab-app.ts';
import { listenerResources, serviceBlueprint, targetGroup } from './resources/support.ts';
import { blueprintOfResources, surroundings, temporaryDirectory, type Resources } from './support.ts';

/** What the reader makes nothing of is a warning, so that a template never says more than the lab does without a word. */

async function synthesized(build: (outdir: string) => { synth(): unknown }): Promise<Assembly> {
  await using directory = await temporaryDirectory();
  build(directory.path).synth();
  return await loadAssembly(directory.path);
}

describe('a property that no reader knows', { timeout: 60_000 }, () => {
  const context = path.join(import.meta.dirname, 'fixtures/context');

  test.each([
    ['the lab', async () => await synthesized((outdir) => buildLabApp(outdir, context))],
    ['the grown app', async () => await synthesized(buildGrownApp)],
  ])('is a warning in every resource of %s whose type is known', async (_title, assembly) => {
    const { stacks, images } = await assembly();
    const novel = stacks.map((stack) => {
      const entries = Object.entries(stack.template.resources);
      const resources = entries.map(([id, resource]) => [
        id,
        { ...resource, properties: { ...resource.properties, Novelty: { 'Fn::Unheard': [] } } },
      ]);
      return { ...stack, template: { ...stack.template, resources: Object.fromEntries(resources) as never } };
    });
    const known = stacks.flatMap(({ name, template, paths }) =>
      Object.entries(template.resources)
        .filter(([, { type }]) => !isIgnorable(type))
        .map(
          ([id, { type }]) =>
            `${name}/${paths[id]} (${type}) has the property Novelty, which the blueprint does not hold.`,
        ),
    );
    expect(known.length).toBeGreaterThan(20);
    expect(blueprintOf({ stacks: novel, images }).warnings).toEqual(known.toSorted());
  });
});

const warningsOf = (resources: Resources) => blueprintOfResources({ ...surroundings, ...resources }).warnings;

describe('a task definition', () => {
  test('that asks for what a process of this machine cannot be given is read with a warning that names it', () => {
    const container = {
      LinuxParameters: { InitProcessEnabled: true, Capabilities: { Drop: ['ALL'] } },
      Ulimits: [{ Name: 'nofile', SoftLimit: 1, HardLimit: 1 }],
      RestartPolicy: { Enabled: true },
      PortMappings: [{ ContainerPort: 80, Novelty: 1 }],
    };
    expect(serviceBlueprint({ container, task: { PidMode: 'task' } }).warnings).toEqual([
      'Lab/Task (AWS::ECS::TaskDefinition) has the properties PidMode, ContainerDefinitions[0].LinuxParameters.Capabilities, ContainerDefinitions[0].Ulimits, ContainerDefinitions[0].RestartPolicy and ContainerDefinitions[0].PortMappings[0].Novelty, which the blueprint does not hold.',
    ]);
  });

  test('is read without a warning for roles, shares of a machine, labels and what is empty or absent', () => {
    const container = {
      LinuxParameters: { InitProcessEnabled: true, Capabilities: {} },
      Memory: 512,
      DockerLabels: { a: 'b' },
      Ulimits: [],
      Hostname: { Ref: 'AWS::NoValue' },
    };
    const task = { TaskRoleArn: 'arn', ExecutionRoleArn: 'arn', Tags: [{ Key: 'a', Value: 'b' }], PidMode: null };
    expect(serviceBlueprint({ container, task }).warnings).toEqual([]);
  });
});

describe('a service', () => {
  test.each([
    [{ VolumeConfigurations: [{ Name: 'data' }] }, 'the property VolumeConfigurations'],
    [
      {
        DeploymentConfiguration: {
          DeploymentCircuitBreaker: { Enable: true, Rollback: true, ResetOnHealthyTask: true },
        },
      },
      'the property DeploymentConfiguration.DeploymentCircuitBreaker.ResetOnHealthyTask',
    ],
    [
      { CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }, { CapacityProvider: 'FARGATE_SPOT' }] },
      'the property CapacityProviderStrategy[1].CapacityProvider',
    ],
  ])('with %j is read with a warning that names %s', (service, what) => {
    expect(serviceBlueprint({ service }).warnings).toEqual([
      `Lab/Api (AWS::ECS::Service) has ${what}, which the blueprint does not hold.`,
    ]);
  });

  test('that has Service Connect turned off is read without a warning for the rest of it', () => {
    const service = {
      ServiceConnectConfiguration: { Enabled: false, Namespace: 'mesh', Services: [{ PortName: 'x' }] },
    };
    expect(serviceBlueprint({ service }).warnings).toEqual([]);
  });
});

describe('other resources', () => {
  test('that nothing refers to are warned of as a whole', () => {
    const Template = {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { InstanceType: 't3.small' } },
    };
    expect(warningsOf({ Template })).toEqual([
      'Lab/Template (AWS::EC2::LaunchTemplate) has the property LaunchTemplateData.InstanceType, which the blueprint does not hold.',
    ]);
  });

  test('that are left out have one warning, for that', () => {
    const rule = {
      GroupId: 'sg-1',
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 80,
      CidrIp: '0.0.0.0/0',
      Description: 'x',
    };
    expect(warningsOf({ Rule: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: rule } })).toHaveLength(1);
  });

  test('that scale something else than a service need no warning', () => {
    const Target = {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: { ServiceNamespace: 'dynamodb', ResourceId: 'table/a', MinCapacity: 1, MaxCapacity: 2 },
    };
    const Policy = {
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: { ScalingTargetId: { Ref: 'Target' }, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } },
    };
    const dimension = { ScalableDimension: 'dynamodb:table:ReadCapacityUnits' };
    expect(warningsOf({ Target: { ...Target, Properties: { ...Target.Properties, ...dimension } }, Policy })).toEqual(
      [],
    );
  });

  test.each<[string, Resources, string]>([
    [
      'a VPC without DNS',
      { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.10.0.0/16', EnableDnsSupport: false } } },
      'Lab/Vpc (AWS::EC2::VPC) turns EnableDnsSupport off, without which private names resolve locally only.',
    ],
    [
      'mutual TLS',
      listenerResources({ MutualAuthentication: { Mode: 'verify' } }),
      'Lab/Http (AWS::ElasticLoadBalancingV2::Listener) has the property MutualAuthentication, which the blueprint does not hold.',
    ],
    [
      'IPv6 targets',
      { Group: targetGroup({ IpAddressType: 'ipv6' }) },
      'Lab/Group (AWS::ElasticLoadBalancingV2::TargetGroup) has IPv6 targets, which do not run locally.',
    ],
    [
      'targets of its own',
      { Group: targetGroup({ Targets: [{ Id: '10.0.0.1', Port: 80 }] }) },
      'Lab/Group (AWS::ElasticLoadBalancingV2::TargetGroup) lists targets in the template, which the blueprint does not hold.',
    ],
  ])('with %s are read with one warning', (_title, resources, warning) => {
    expect(warningsOf(resources)).toEqual([warning]);
  });
});
