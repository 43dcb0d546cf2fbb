import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource } from '../cloudformation/resource.ts';
import { arnOf, wordId, type Place } from '../identifiers.ts';
import type { Cluster, Namespace, ServiceConnect, ServiceConnectService, TaskDefinition } from '../model.ts';
import { namespaceResourceTypes } from './cloud-map.ts';

/** The name of the namespace that Service Connect is given by name or ARN. */
export function namespaceNameOf(deployment: Deployment, value: string): string {
  return deployment.find(value, ...namespaceResourceTypes)?.name ?? value;
}

/** ECS makes an HTTP namespace of a name that no namespace has. */
export function impliedNamespaces(names: readonly string[], known: readonly Namespace[], place: Place): Namespace[] {
  const missing = new Set(names.filter((name) => !known.some((namespace) => namespace.name === name)));
  return [...missing].map((name) => {
    const id = `ns-${wordId(`implied/${name}`, 16)}`;
    return { name, id, arn: arnOf(place, 'servicediscovery', `namespace/${id}`), type: 'HTTP' };
  });
}

export function serviceConnectOf(
  deployment: Deployment,
  service: Resource,
  around: { readonly cluster: Cluster; readonly taskDefinition: TaskDefinition },
): ServiceConnect | undefined {
  const config = service.properties.object('ServiceConnectConfiguration');
  if (config?.boolean('Enabled', false) !== true) {
    config?.done();
    return undefined;
  }
  const given = config.optionalString('Namespace');
  const namespace = given === undefined ? around.cluster.serviceConnectNamespace : namespaceNameOf(deployment, given);
  if (namespace === undefined)
    throw config.invalid('Namespace', 'is missing, and the cluster has no default namespace');
  const services = config.objects('Services').map((entry) => {
    const [hasTls, hasIngressPort] = [entry.has('Tls'), entry.has('IngressPortOverride')];
    if (hasTls)
      deployment.warn(
        service,
        `encrypts ${entry.string('PortName')} with Service Connect TLS, which the local run does without`,
      );
    // With TLS a port of the proxy's own is part of the matter.
    else if (hasIngressPort) {
      deployment.warn(
        service,
        `overrides the ingress port of ${entry.string('PortName')}, which the local run does without`,
      );
    }
    return endpointOf(entry, namespace, around.taskDefinition);
  });
  return { namespace, services };
}

function endpointOf(entry: Properties, namespace: string, taskDefinition: TaskDefinition): ServiceConnectService {
  const portName = entry.string('PortName');
  const mappings = taskDefinition.containers.flatMap(({ portMappings }) => portMappings);
  const mapping = mappings.find(({ name }) => name === portName);
  if (mapping === undefined)
    throw entry.invalid('PortName', `is ${portName}, but no port mapping of ${taskDefinition.name} has that name`);
  const discoveryName = entry.optionalString('DiscoveryName') ?? portName;
  const timeout = entry.object('Timeout');
  const idleTimeoutSeconds = timeout?.optionalNumber('IdleTimeoutSeconds');
  const perRequestTimeoutSeconds = timeout?.optionalNumber('PerRequestTimeoutSeconds');
  return {
    portName,
    containerPort: mapping.containerPort,
    appProtocol: mapping.appProtocol ?? 'tcp',
    discoveryName,
    clientAliases: entry.objects('ClientAliases').map((alias) => ({
      dnsName: alias.optionalString('DnsName') ?? `${discoveryName}.${namespace}`,
      port: alias.number('Port'),
    })),
    ...(timeout && {
      timeout: {
        ...(idleTimeoutSeconds !== undefined && { idleTimeoutSeconds }),
        ...(perRequestTimeoutSeconds !== undefined && { perRequestTimeoutSeconds }),
      },
    }),
  };
}
