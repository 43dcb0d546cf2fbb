import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scaling, serviceNames } from '../src/config.ts';
import { logicalIdOf, propertiesOf, resourcesOf, synthesize } from './synthesis.ts';
import type { Resource } from './synthesis.ts';

const { services } = synthesize();

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What a service's task role allows: actions of its policy's statements, in order. */
function taskRoleStatements(service: string): Statement[] {
  return Object.entries(resourcesOf(services, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`${service}TaskTaskDefinitionTaskRole`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

function actionsOf(service: string): string[] {
  return taskRoleStatements(service)
    .flatMap(({ Action }) => Action)
    .sort();
}

/** Properties of the one resource of a type that belongs to a service. */
function propertiesFor(service: string, type: string): Resource['Properties'] {
  const found = Object.entries(resourcesOf(services, type)).filter(([id]) => id.startsWith(service));
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties;
}

describe.each(serviceNames)('the %s', (name) => {
  const service = propertiesFor(name, 'AWS::ECS::Service');
  const taskDefinition = propertiesFor(name, 'AWS::ECS::TaskDefinition');
  const [container] = taskDefinition.ContainerDefinitions;

  it('has between two and six tasks, as CPU and requests per target ask for', () => {
    expect(propertiesFor(name, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 2,
      MaxCapacity: 6,
      ScalableDimension: 'ecs:service:DesiredCount',
    });
    const policies = Object.entries(resourcesOf(services, 'AWS::ApplicationAutoScaling::ScalingPolicy'))
      .filter(([id]) => id.startsWith(name))
      .map(([, { Properties }]) => Properties.TargetTrackingScalingPolicyConfiguration)
      .map((policy) => [policy.PredefinedMetricSpecification.PredefinedMetricType, policy.TargetValue]);
    expect(policies).toEqual([
      ['ECSServiceAverageCPUUtilization', scaling.cpuPercent],
      ['ALBRequestCountPerTarget', scaling.requestsPerTarget],
    ]);
  });

  it('is checked from inside its container every 15 s, by Node', () => {
    expect(container.HealthCheck).toMatchObject({ Interval: 15, Timeout: 5, Retries: 3, StartPeriod: 10 });
    expect(container.HealthCheck.Command.slice(0, 2)).toEqual(['CMD', 'node']);
    expect(container.HealthCheck.Command.at(-1)).toContain('http://127.0.0.1:3000/healthz');
  });

  it('is rolled back when its errors ring while it is being deployed', () => {
    const { Alarms } = service.DeploymentConfiguration;
    expect(Alarms).toMatchObject({ Enable: true, Rollback: true });
    expect(Alarms.AlarmNames.map((alarm: Record<string, unknown>) => logicalIdOf(alarm))).toEqual([
      expect.stringContaining(`${name}Errors`),
    ]);
  });

  it('moves its tasks apart when zones get out of balance', () => {
    expect(service.AvailabilityZoneRebalancing).toBe('ENABLED');
  });

  it('can be entered with ECS Exec', () => {
    expect(service.EnableExecuteCommand).toBe(true);
    expect(container.LinuxParameters.InitProcessEnabled).toBe(true);
    expect(actionsOf(name)).toEqual(expect.arrayContaining(['ssmmessages:OpenDataChannel']));
  });

  it('cannot write to its root file system, save where ECS Exec must', () => {
    expect(container.ReadonlyRootFilesystem).toBe(true);
    expect(container.MountPoints.map((mount: { ContainerPath: string }) => mount.ContainerPath)).toEqual([
      '/managed-agents',
      '/var/lib/amazon/ssm',
      '/var/log/amazon/ssm',
    ]);
  });

  it('has its calls through Service Connect logged as JSON, without query strings', () => {
    expect(service.ServiceConnectConfiguration).toMatchObject({
      AccessLogConfiguration: { Format: 'JSON', IncludeQueryParameters: 'DISABLED' },
      LogConfiguration: { LogDriver: 'awslogs' },
    });
  });

  it('may do what a session of ECS Exec needs, and only the api may also discover instances', () => {
    const discovery = ['servicediscovery:DiscoverInstances', 'servicediscovery:DiscoverInstancesRevision'];
    expect(actionsOf(name)).toEqual([
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      ...(name === 'api' ? discovery : []),
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]);
  });
});

describe('the api', () => {
  it('may discover instances in its own namespace only', () => {
    const statement = taskRoleStatements('api').find(({ Action }) =>
      [Action].flat().includes('servicediscovery:DiscoverInstances'),
    );
    expect(statement?.Condition).toEqual({
      StringEquals: { 'servicediscovery:NamespaceName': 'switchyard.internal' },
    });
  });
});

describe('the architecture', () => {
  it.each([
    ['x86_64', 'X86_64', 'linux/amd64'],
    ['arm64', 'ARM64', 'linux/arm64'],
  ])('%s is what tasks run on and images are built for', (architecture, cpuArchitecture, platform) => {
    const { switchyard, services } = synthesize({ architecture });
    for (const taskDefinition of propertiesOf(services, 'AWS::ECS::TaskDefinition')) {
      expect(taskDefinition.RuntimePlatform).toEqual({ CpuArchitecture: cpuArchitecture });
    }
    const { directory } = switchyard.app.synth();
    const assets = JSON.parse(readFileSync(join(directory, 'Switchyard-Services.assets.json'), 'utf8'));
    const images = Object.values<{ source: { platform: string } }>(assets.dockerImages);
    expect(images.map(({ source }) => source.platform)).toEqual([platform, platform, platform]);
  });
});
