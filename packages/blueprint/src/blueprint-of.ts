import type { Assembly } from './assembly/load.ts';
import { Deployment } from './cloudformation/deployment.ts';
import type { ResourceTypes } from './cloudformation/resource.ts';
import { BlueprintError } from './errors.ts';
import type { Place } from './identifiers.ts';
import type { Blueprint } from './model.ts';
import { capacityTypes, readAutoScalingGroups, readCapacityProviders } from './resources/capacity.ts';
import { classicLoadBalancerTypes, readClassicLoadBalancers } from './resources/classic-load-balancers.ts';
import { cloudMapTypes, readCloudMap } from './resources/cloud-map.ts';
import { clusterTypes, readClusters } from './resources/clusters.ts';
import { isIgnorable } from './resources/ignorable.ts';
import { listenerTypes } from './resources/listeners.ts';
import { loadBalancerTypes, readLoadBalancers } from './resources/load-balancers.ts';
import { networkAclTypes, readNetworkAcls } from './resources/network-acls.ts';
import { networkTypes, readNetwork } from './resources/network.ts';
import { byName } from './resources/order.ts';
import { referencedTypes } from './resources/referenced.ts';
import { routeTypes } from './resources/routes.ts';
import { scalingTypes } from './resources/scaling.ts';
import { readSecurityGroups, securityGroupTypes } from './resources/security-groups.ts';
import { impliedNamespaces } from './resources/service-connect.ts';
import { readServices, serviceTypes } from './resources/services.ts';
import { warnAboutStrays } from './resources/strays.ts';
import { readTargetGroups, targetGroupTypes } from './resources/target-groups.ts';
import { readTaskDefinitions, taskDefinitionTypes } from './resources/task-definitions.ts';
import { warnAboutUnread } from './resources/unread.ts';
import { readVpcEndpoints, vpcEndpointTypes } from './resources/vpc-endpoints.ts';
import { loadBalancerSettings } from './settings/load-balancer.ts';
import { targetGroupSettings } from './settings/target-group.ts';

export interface ReadOptions extends Partial<Place> {
  /** What image assets' build contexts are given relative to; absent: `.` stands for every context. */
  readonly workspaceRoot?: string;
}

/** Where the lab is unless told otherwise. */
const localPlace: Place = {
  partition: 'aws',
  region: 'us-east-1',
  accountId: '000000000000',
  availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
};

/** Every type of resource that the reader understands. A new capability is a file beside these and a line here. */
const resourceTypes: ResourceTypes = {
  ...networkTypes,
  ...routeTypes,
  ...networkAclTypes,
  ...securityGroupTypes,
  ...vpcEndpointTypes,
  ...loadBalancerTypes,
  ...listenerTypes,
  ...targetGroupTypes,
  ...classicLoadBalancerTypes,
  ...capacityTypes,
  ...cloudMapTypes,
  ...clusterTypes,
  ...taskDefinitionTypes,
  ...serviceTypes,
  ...scalingTypes,
  ...referencedTypes,
};

/**
 * The blueprint of an assembly that has been loaded. Throws a `BlueprintError` for what the blueprint cannot represent;
 * what can be left out is listed in `warnings`.
 */
export function blueprintOf(assembly: Assembly, options: ReadOptions = {}): Blueprint {
  const { workspaceRoot, ...place } = options;
  const deployment = new Deployment(assembly, { ...localPlace, ...place }, resourceTypes);
  rejectOrWarnAboutUnknownTypes(deployment);
  warnAboutStrays(deployment);
  const { partition, region, accountId } = deployment.place;
  const network = readNetwork(deployment);
  const { namespaces, discoveryServices } = readCloudMap(deployment);
  const clusters = readClusters(deployment);
  const taskDefinitions = readTaskDefinitions(deployment, workspaceRoot);
  const services = readServices(deployment, { clusters, taskDefinitions });
  const serviceConnectNamespaces = services.flatMap(({ serviceConnect }) => serviceConnect?.namespace ?? []);
  const targetGroups = readTargetGroups(deployment);
  const parts = {
    ...network,
    networkAcls: readNetworkAcls(deployment),
    securityGroups: readSecurityGroups(deployment),
    vpcEndpoints: readVpcEndpoints(deployment),
    loadBalancers: readLoadBalancers(deployment, targetGroups),
    targetGroups,
    ...unlessEmpty('classicLoadBalancers', readClassicLoadBalancers(deployment)),
    namespaces: byName([...namespaces, ...impliedNamespaces(serviceConnectNamespaces, namespaces, deployment.place)]),
    discoveryServices,
    clusters,
    ...unlessEmpty('autoScalingGroups', readAutoScalingGroups(deployment)),
    ...unlessEmpty('capacityProviders', readCapacityProviders(deployment)),
    taskDefinitions,
    services,
  };
  for (const loadBalancer of parts.loadBalancers) loadBalancerSettings(loadBalancer);
  for (const targetGroup of parts.targetGroups) targetGroupSettings(targetGroup);
  warnAboutUnread(deployment, resourceTypes);
  const availabilityZones = zonesOf(network.subnets, deployment.place);
  return {
    formatVersion: 1,
    partition,
    region,
    accountId,
    availabilityZones,
    warnings: deployment.warnings.toSorted(),
    ...parts,
  };
}

/** An optional list: absent when it is empty. */
function unlessEmpty(key: keyof Blueprint, list: readonly object[]): object {
  return list.length === 0 ? {} : { [key]: list };
}

function rejectOrWarnAboutUnknownTypes(deployment: Deployment): void {
  for (const resource of deployment.resources) {
    if (resource.type === 'AWS::CloudFormation::Stack') {
      throw new BlueprintError(
        'BLUEPRINT_RESOURCE_UNSUPPORTED',
        `${resource.label} is a nested stack, which the blueprint reader does not open; use a stack of its own instead.`,
      );
    }
    if (Object.hasOwn(resourceTypes, resource.type) || isIgnorable(resource.type)) continue;
    deployment.warn(resource, 'is of a type that the blueprint does not represent; the local run does without it');
  }
}

function zonesOf(subnets: Blueprint['subnets'], place: Place): string[] {
  const used = new Set(subnets.map(({ availabilityZone }) => availabilityZone));
  const known = place.availabilityZones.filter((zone) => used.has(zone));
  return [...known, ...[...used].filter((zone) => !known.includes(zone)).toSorted()];
}
