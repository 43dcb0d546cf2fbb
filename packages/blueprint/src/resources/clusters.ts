import type { Deployment } from '../cloudformation/deployment.ts';
import type { ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf } from '../identifiers.ts';
import type { Cluster } from '../model.ts';
import { capacityProvidersOf } from './capacity.ts';
import { namespaceNameOf } from './service-connect.ts';
import { byName } from './order.ts';

const cluster = 'AWS::ECS::Cluster';

export const clusterTypes: ResourceTypes = {
  [cluster]: {
    nameProperty: 'ClusterName',
    // What observes, and how ECS Exec's sessions are logged.
    ignored: ['ClusterSettings', 'Configuration'],
    ref: ({ name }) => name,
    aliases: ({ name, place }) => [arnOf(place, 'ecs', `cluster/${name}`)],
    attributes: { Arn: ({ name, place }) => arnOf(place, 'ecs', `cluster/${name}`) },
  },
};

export function readClusters(deployment: Deployment): Cluster[] {
  const clusters = deployment.of(cluster).map((resource) => {
    const { name, place, properties } = resource;
    const capacityProviders = capacityProvidersOf(deployment, resource);
    const namespace = properties.object('ServiceConnectDefaults')?.string('Namespace');
    return {
      name,
      arn: arnOf(place, 'ecs', `cluster/${name}`),
      ...(namespace !== undefined && { serviceConnectNamespace: namespaceNameOf(deployment, namespace) }),
      ...(capacityProviders.length > 0 && { capacityProviders }),
    };
  });
  return byName(clusters);
}
