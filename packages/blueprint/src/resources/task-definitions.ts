import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf } from '../identifiers.ts';
import type { TaskDefinition } from '../model.ts';
import { type ContainerSurroundings, containerOf } from './containers.ts';
import { byName } from './order.ts';

const taskDefinition = 'AWS::ECS::TaskDefinition';

export const taskDefinitionTypes: ResourceTypes = {
  [taskDefinition]: {
    nameProperty: 'Family',
    ignored: [
      // The local run has no identities.
      'ExecutionRoleArn',
      'TaskRoleArn',
      'ContainerDefinitions.RepositoryCredentials',
      // What ECS checks when the definition is registered, and which machines it may run on.
      'RequiresCompatibilities',
      'RuntimePlatform',
      'ContainerDefinitions.VersionConsistency',
      // Shares of a machine: the containers of a lab share the whole of one.
      'EphemeralStorage',
      'ContainerDefinitions.Cpu',
      'ContainerDefinitions.Memory',
      'ContainerDefinitions.MemoryReservation',
      // Labels, and a first process that only passes signals on.
      'ContainerDefinitions.DockerLabels',
      'ContainerDefinitions.LinuxParameters.InitProcessEnabled',
    ],
    ref: arn,
    aliases: ({ name }) => [name, `${name}:1`],
    attributes: { TaskDefinitionArn: arn },
  },
};

function arn({ name, place }: Resource): string {
  return arnOf(place, 'ecs', `task-definition/${name}:1`);
}

/** `workspaceRoot`: what image assets' build contexts are given relative to. */
export function readTaskDefinitions(deployment: Deployment, workspaceRoot: string | undefined): TaskDefinition[] {
  const definitions = deployment.of(taskDefinition).map((resource): TaskDefinition => {
    const { name, ref, properties } = resource;
    const networkMode = properties.oneOf('NetworkMode', ['bridge', 'awsvpc', 'host', 'none']);
    const cpu = properties.optionalNumber('Cpu');
    const memory = properties.optionalNumber('Memory');
    const volumes = volumesOf(deployment, resource);
    const surroundings: ContainerSurroundings = { deployment, task: resource, networkMode, workspaceRoot };
    return {
      name,
      revision: 1,
      arn: ref,
      networkMode,
      ...(cpu !== undefined && { cpu }),
      ...(memory !== undefined && { memory }),
      ...(volumes.length > 0 && { volumes }),
      containers: properties.objects('ContainerDefinitions').map((container) => containerOf(surroundings, container)),
    };
  });
  return byName(definitions);
}

/** A volume that is more than an empty directory is read as one, with a warning. */
function volumesOf(deployment: Deployment, resource: Resource): { readonly name: string }[] {
  return resource.properties.objects('Volumes').map((volume) => {
    const name = volume.string('Name');
    const keys = [
      'EFSVolumeConfiguration',
      'FSxWindowsFileServerVolumeConfiguration',
      'S3FilesVolumeConfiguration',
      'DockerVolumeConfiguration',
      'ConfiguredAtLaunch',
    ];
    const more = keys.filter((key) => volume.has(key));
    if (volume.object('Host')?.has('SourcePath') === true || more.length > 0)
      deployment.warn(resource, `has the volume ${name}, which is an empty directory locally`);
    return { name };
  });
}
