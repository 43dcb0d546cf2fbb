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
    if (properties.objects('Volumes').length > 0)
      deployment.warn(resource, 'has volumes, which the blueprint does not hold');
    const surroundings: ContainerSurroundings = { deployment, task: resource, networkMode, workspaceRoot };
    return {
      name,
      revision: 1,
      arn: ref,
      networkMode,
      ...(cpu !== undefined && { cpu }),
      ...(memory !== undefined && { memory }),
      containers: properties.objects('ContainerDefinitions').map((container) => containerOf(surroundings, container)),
    };
  });
  return byName(definitions);
}
