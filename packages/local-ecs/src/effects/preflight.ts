import type { Blueprint, Service } from '@switchyard/blueprint';
import { LocalEcsError } from '../errors.ts';
import { containerCommandOf } from './container-command.ts';
import { taskDefinitionOf } from './places.ts';

/**
 * Refuses, before anything is open, services that are not imitated or that name what is not there.
 * Throws LOCAL_ECS_SERVICE_UNSUPPORTED, LOCAL_ECS_BLUEPRINT_INCOMPLETE, LOCAL_ECS_TARGET_GROUP_UNUSED.
 */
export function assertImitated(blueprint: Blueprint, launchTypes: readonly Service['launchType'][]): void {
  for (const service of blueprint.services) {
    const { networkMode } = taskDefinitionOf(blueprint, service);
    const { launchType, schedulingStrategy, name } = service;
    const isFargate = launchType === 'FARGATE' && networkMode === 'awsvpc';
    const isOnInstances = launchType === 'EC2' && (networkMode === 'bridge' || networkMode === 'host');
    const isImitated = launchTypes.includes(launchType) && (isFargate || isOnInstances);
    if (!isImitated || schedulingStrategy !== 'REPLICA') {
      throw new LocalEcsError(
        'LOCAL_ECS_SERVICE_UNSUPPORTED',
        `Service ${name} is ${launchType}, ${networkMode}, ${schedulingStrategy}; only REPLICA services run here, ${launchTypes.includes('EC2') ? 'on FARGATE with awsvpc or on EC2 with bridge or host' : 'on FARGATE with awsvpc'}: leave it out of the local run.`,
      );
    }
    assertComplete(blueprint, service);
    assertTargetGroupsUsed(blueprint, service);
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

/** Everything that the service names is in the blueprint. */
function assertComplete(blueprint: Blueprint, service: Service): void {
  const { network, loadBalancers, classicLoadBalancers = [], serviceRegistries, serviceConnect } = service;
  const wanted: readonly (readonly [
    what: string,
    names: readonly string[],
    all: readonly { readonly name: string }[],
  ])[] = [
    ['cluster', [service.cluster], blueprint.clusters],
    ['subnet', network?.subnets ?? [], blueprint.subnets],
    ['target group', loadBalancers.map((each) => each.targetGroup), blueprint.targetGroups],
    [
      'Classic Load Balancer',
      classicLoadBalancers.map((each) => each.loadBalancer),
      blueprint.classicLoadBalancers ?? [],
    ],
    ['discovery service', serviceRegistries.map((each) => each.discoveryService), blueprint.discoveryServices],
    ['namespace', serviceConnect === undefined ? [] : [serviceConnect.namespace], blueprint.namespaces],
  ];
  for (const [what, names, all] of wanted) {
    const missing = names.find((name) => !all.some((each) => each.name === name));
    if (missing === undefined) continue;
    throw new LocalEcsError(
      'LOCAL_ECS_BLUEPRINT_INCOMPLETE',
      `Service ${service.name}: the blueprint has no ${what} ${missing}; synthesize it again.`,
    );
  }
}

/** As ECS: its targets would be `unused` for ever. */
function assertTargetGroupsUsed({ loadBalancers }: Blueprint, service: Service): void {
  const used = new Set(
    loadBalancers
      .flatMap(({ listeners }) => listeners)
      .flatMap(({ rules }) => rules)
      .flatMap(({ action }) => (action.type === 'forward' ? action.targetGroups : []))
      .map(({ targetGroup }) => targetGroup),
  );
  const unused = service.loadBalancers.find(({ targetGroup }) => !used.has(targetGroup));
  if (unused === undefined) return;
  throw new LocalEcsError(
    'LOCAL_ECS_TARGET_GROUP_UNUSED',
    `Service ${service.name}: the target group ${unused.targetGroup} does not have an associated load balancer; forward to it from a listener rule.`,
  );
}
