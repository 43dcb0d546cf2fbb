import { describe, expect, test } from 'vitest';
import { blueprintOfResources } from '../support.ts';
import { serviceBlueprint, serviceResources } from './support.ts';

const asset = (buildArgs: Readonly<Record<string, string>>) => ({
  images: { abc123: { directory: '/somewhere/repository', dockerfile: 'Dockerfile', buildArgs, otherOptions: [] } },
});
const Image = { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:abc123' };

describe('a container', () => {
  test("has AWS's defaults for what the template leaves out", () => {
    expect(serviceBlueprint().taskDefinitions[0]?.containers).toEqual([
      {
        name: 'api',
        image: { kind: 'registry', uri: 'registry/api:1' },
        essential: true,
        portMappings: [{ containerPort: 3000, protocol: 'tcp', name: 'http', appProtocol: 'http' }],
        environment: {},
        stopTimeoutSeconds: 30,
        readonlyRootFilesystem: false,
      },
    ]);
  });

  test('of an image asset has its build arguments and its context relative to the workspace', () => {
    const resources = serviceResources({ container: { Image } });
    const options = { ...asset({ TARGET: 'apps/api' }), workspaceRoot: '/somewhere' };
    expect(blueprintOfResources(resources, options).taskDefinitions[0]?.containers[0]?.image).toEqual({
      kind: 'asset',
      directory: 'repository',
      dockerfile: 'Dockerfile',
      buildArgs: { TARGET: 'apps/api' },
    });
  });

  test('of an image asset has the stage and the platform that it is built for, and a warning for what else builds it', () => {
    const image = { directory: '/somewhere', dockerfile: 'Dockerfile', buildArgs: { TARGET: 'apps/api' } };
    const abc123 = { ...image, target: 'slim', platform: 'linux/arm64', otherOptions: ['dockerBuildSecrets'] };
    const blueprint = blueprintOfResources(serviceResources({ container: { Image } }), { images: { abc123 } });
    expect(blueprint.taskDefinitions[0]?.containers[0]?.image).toMatchObject({
      target: 'slim',
      platform: 'linux/arm64',
    });
    expect(blueprint.warnings).toEqual([
      'Lab/Task (AWS::ECS::TaskDefinition) runs in its container api an image that is built with dockerBuildSecrets, which the blueprint does not hold.',
    ]);
  });

  test('of an image asset without TARGET is refused with what to do', () => {
    const resources = serviceResources({ container: { Image } });
    expect(() => blueprintOfResources(resources, asset({}))).toThrow(
      'Lab/Task (AWS::ECS::TaskDefinition): the image of the container api has no build argument TARGET; set it to the package that the container runs, as in apps/api.',
    );
    expect(() => blueprintOfResources(serviceResources(), asset({}))).not.toThrow();
  });

  test('with what has no meaning locally is read with a warning', () => {
    const container = { Secrets: [{ Name: 'TOKEN', ValueFrom: 'arn' }], WorkingDirectory: '/app', Links: [] };
    const Volumes = [{ Name: 'data', EFSVolumeConfiguration: { FilesystemId: 'fs-1' } }];
    expect(serviceBlueprint({ container, task: { Volumes } }).warnings).toEqual([
      'Lab/Task (AWS::ECS::TaskDefinition) has in its container api secrets, which have no value locally.',
      'Lab/Task (AWS::ECS::TaskDefinition) has the property ContainerDefinitions[0].WorkingDirectory, which the blueprint does not hold.',
      'Lab/Task (AWS::ECS::TaskDefinition) has the volume data, which is an empty directory locally.',
    ]);
  });

  test('with an empty volume has it and where it is mounted', () => {
    const container = { ReadonlyRootFilesystem: true, MountPoints: [{ SourceVolume: 'tmp', ContainerPath: '/tmp' }] };
    const blueprint = serviceBlueprint({ container, task: { Volumes: [{ Name: 'tmp' }] } });
    expect(blueprint.warnings).toEqual([]);
    expect(blueprint.taskDefinitions[0]).toMatchObject({
      volumes: [{ name: 'tmp' }],
      containers: [
        {
          readonlyRootFilesystem: true,
          mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false }],
        },
      ],
    });
  });

  test('gets a dynamic port in bridge mode', () => {
    const container = { PortMappings: [{ ContainerPort: 80 }] };
    const task = { NetworkMode: 'bridge' };
    const Task = serviceBlueprint({ container, task: { ...task, Family: 'api' } });
    expect(Task.taskDefinitions[0]?.networkMode).toBe('bridge');
    expect(Task.taskDefinitions[0]?.containers[0]?.portMappings).toEqual([
      { containerPort: 80, hostPort: 0, protocol: 'tcp' },
    ]);
  });

  test('with a health check that is no command is refused', () => {
    expect(() => serviceBlueprint({ container: { HealthCheck: { Command: ['curl'] } } })).toThrow(
      'ContainerDefinitions[0].HealthCheck.Command begins with neither CMD nor CMD-SHELL.',
    );
  });
});
