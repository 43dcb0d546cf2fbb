import type { Deployment } from '../cloudformation/deployment.ts';
import type { Resource, ResourceType, ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf, hexId, wordId } from '../identifiers.ts';
import type { Blueprint, DiscoveryService, Namespace } from '../model.ts';
import { byName } from './order.ts';

const privateDnsNamespace = 'AWS::ServiceDiscovery::PrivateDnsNamespace';
const httpNamespace = 'AWS::ServiceDiscovery::HttpNamespace';
const discoveryService = 'AWS::ServiceDiscovery::Service';

export const namespaceResourceTypes = [privateDnsNamespace, httpNamespace];

const namespaceType: ResourceType = {
  nameProperty: 'Name',
  ignored: ['Description'],
  ref: ({ seed }) => `ns-${wordId(seed, 16)}`,
  aliases: ({ name, ref, place }) => [name, arnOf(place, 'servicediscovery', `namespace/${ref}`)],
  attributes: {
    Id: ({ ref }) => ref,
    Arn: ({ ref, place }) => arnOf(place, 'servicediscovery', `namespace/${ref}`),
    HostedZoneId: hostedZoneId,
  },
};

export const cloudMapTypes: ResourceTypes = {
  [privateDnsNamespace]: namespaceType,
  [httpNamespace]: namespaceType,
  [discoveryService]: {
    ignored: ['Description'],
    ref: ({ seed }) => `srv-${wordId(seed, 16)}`,
    aliases: ({ ref, place }) => [arnOf(place, 'servicediscovery', `service/${ref}`)],
    attributes: {
      Id: ({ ref }) => ref,
      Name: ({ name, properties }) => properties.optionalString('Name') ?? name,
      Arn: ({ ref, place }) => arnOf(place, 'servicediscovery', `service/${ref}`),
    },
  },
};

function hostedZoneId({ seed }: Resource): string {
  return `Z${hexId(seed, 20).toUpperCase()}`;
}

export function readCloudMap(deployment: Deployment): Pick<Blueprint, 'namespaces' | 'discoveryServices'> {
  const dns = deployment.of(privateDnsNamespace).map((resource): Namespace => {
    const { name, ref, properties } = resource;
    const vpc = deployment.get(properties, properties.string('Vpc'), 'AWS::EC2::VPC').name;
    const arn = String(resource.attribute('Arn'));
    return { name, id: ref, arn, type: 'DNS_PRIVATE', vpc, hostedZoneId: hostedZoneId(resource) };
  });
  const http = deployment.of(httpNamespace).map((resource): Namespace => ({
    name: resource.name,
    id: resource.ref,
    arn: String(resource.attribute('Arn')),
    type: 'HTTP',
  }));
  const services = deployment.of(discoveryService).map((resource) => discoveryServiceOf(deployment, resource));
  return { namespaces: byName([...dns, ...http]), discoveryServices: byName(services) };
}

/** The blueprint's name of a discovery service: `worker.switchyard.internal`. */
export function discoveryServiceName(deployment: Deployment, { name, properties }: Resource): string {
  return `${properties.optionalString('Name') ?? name}.${namespaceOf(deployment, properties)}`;
}

function namespaceOf(deployment: Deployment, properties: Resource['properties']): string {
  const older = properties.object('DnsConfig')?.optionalString('NamespaceId');
  const id = properties.optionalString('NamespaceId') ?? older;
  if (id === undefined) throw properties.invalid('NamespaceId', 'is missing');
  return deployment.get(properties, id, ...namespaceResourceTypes).name;
}

function discoveryServiceOf(deployment: Deployment, resource: Resource): DiscoveryService {
  const { name, ref, properties } = resource;
  const config = properties.object('DnsConfig');
  if (properties.has('HealthCheckConfig')) {
    deployment.warn(resource, 'has a Route 53 health check, which exists for public namespaces only and is left out');
  }
  const records = (config?.objects('DnsRecords') ?? []).map((record) => ({
    type: record.oneOf('Type', ['A', 'AAAA', 'SRV', 'CNAME'], { required: true }),
    ttlSeconds: record.number('TTL'),
  }));
  const isHttp = properties.optionalString('Type') === 'HTTP' || records.length === 0;
  const routingPolicy = config?.oneOf('RoutingPolicy', ['MULTIVALUE', 'WEIGHTED']) ?? 'MULTIVALUE';
  return {
    name: discoveryServiceName(deployment, resource),
    serviceName: properties.optionalString('Name') ?? name,
    id: ref,
    arn: String(resource.attribute('Arn')),
    namespace: namespaceOf(deployment, properties),
    type: isHttp ? 'HTTP' : 'DNS_HTTP',
    ...(!isHttp && { dns: { routingPolicy, records } }),
    customHealthCheck: properties.has('HealthCheckCustomConfig'),
  };
}
