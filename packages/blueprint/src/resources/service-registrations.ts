import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource } from '../cloudformation/resource.ts';
import type { Service, TaskDefinition } from '../model.ts';
import { classicLoadBalancer } from './classic-load-balancers.ts';
import { discoveryServiceName } from './cloud-map.ts';

/** Target groups, and Classic Load Balancers where there are any. */
export function loadBalancersOf(
  deployment: Deployment,
  resource: Resource,
  taskDefinition: TaskDefinition,
): Pick<Service, 'loadBalancers' | 'classicLoadBalancers'> {
  const targetGroups: Service['loadBalancers'][number][] = [];
  const classic: NonNullable<Service['classicLoadBalancers']>[number][] = [];
  for (const entry of resource.properties.objects('LoadBalancers')) {
    const container = mappedContainerOf(entry, taskDefinition);
    const classicName = entry.optionalString('LoadBalancerName');
    if (classicName === undefined) {
      const arn = entry.string('TargetGroupArn');
      const { name } = deployment.get(entry, arn, 'AWS::ElasticLoadBalancingV2::TargetGroup');
      targetGroups.push({ targetGroup: name, ...container });
      continue;
    }
    const found = deployment.find(classicName, classicLoadBalancer);
    if (found !== undefined) classic.push({ loadBalancer: found.name, ...container });
    else
      deployment.warn(
        resource,
        `is behind the Classic Load Balancer ${classicName}, which the assembly does not define`,
      );
  }
  return { loadBalancers: targetGroups, ...(classic.length > 0 && { classicLoadBalancers: classic }) };
}

/** The container and the port of it that a load balancer sends to. */
function mappedContainerOf(entry: Properties, taskDefinition: TaskDefinition) {
  const containerName = entry.string('ContainerName');
  const containerPort = entry.number('ContainerPort');
  const container = taskDefinition.containers.find(({ name }) => name === containerName);
  if (container?.portMappings.some((mapping) => mapping.containerPort === containerPort) === true)
    return { containerName, containerPort };
  throw entry.invalid(
    'ContainerPort',
    `is ${containerPort}, which the container ${containerName} of ${taskDefinition.name} does not map`,
  );
}

/** The Cloud Map services in which its tasks are registered. */
export function serviceRegistriesOf(deployment: Deployment, properties: Properties): Service['serviceRegistries'] {
  return properties.objects('ServiceRegistries').map((entry) => {
    const registry = deployment.get(entry, entry.string('RegistryArn'), 'AWS::ServiceDiscovery::Service');
    const containerName = entry.optionalString('ContainerName');
    const containerPort = entry.optionalNumber('ContainerPort') ?? entry.optionalNumber('Port');
    return {
      discoveryService: discoveryServiceName(deployment, registry),
      ...(containerName !== undefined && { containerName }),
      ...(containerPort !== undefined && { containerPort }),
    };
  });
}
