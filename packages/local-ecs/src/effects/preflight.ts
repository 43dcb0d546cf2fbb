import type { Blueprint } from '@switchyard/blueprint';
import { LocalEcsError } from '../errors.ts';
import { containerCommandOf } from './container-command.ts';
import { taskDefinitionOf } from './places.ts';

/** Refuses, before anything is open, services that are not imitated. Throws LOCAL_ECS_SERVICE_UNSUPPORTED, LOCAL_ECS_BLUEPRINT_INCOMPLETE. */
export function assertImitated(blueprint: Blueprint): void {
  for (const service of blueprint.services) {
    const { networkMode } = taskDefinitionOf(blueprint, service);
    const { launchType, schedulingStrategy, name } = service;
    if (launchType === 'FARGATE' && networkMode === 'awsvpc' && schedulingStrategy === 'REPLICA') continue;
    throw new LocalEcsError(
      'LOCAL_ECS_SERVICE_UNSUPPORTED',
      `Service ${name} is ${launchType}, ${networkMode}, ${schedulingStrategy}; only FARGATE, awsvpc, REPLICA services run here: leave it out of the local run.`,
    );
  }
}

/** Makes sure that every container's program is there. Throws as {@link containerCommandOf} does. */
export async function assertRunnable(blueprint: Blueprint, workspaceRoot: string): Promise<void> {
  for (const service of blueprint.services) {
    for (const container of taskDefinitionOf(blueprint, service).containers) {
      await containerCommandOf(service.name, container, workspaceRoot);
    }
  }
}
