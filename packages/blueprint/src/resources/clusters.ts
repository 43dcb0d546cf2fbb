import type { Deployment } from '../cloudformation/deployment.ts';
import type { ResourceTypes } from '../cloudformation/resource.ts';
import { arnOf } from '../identifiers.ts';
import type { Cluster } from '../model.ts';
import { namespaceNameOf } from './service-connect.ts';
import { byName } from './order.ts';

const cluster = 'AWS::ECS::Cluster';

export const clusterTypes: ResourceTypes = {
  [cluster]: {
    nameProperty: 'ClusterName',
    ref: ({ name }) => name,
    aliases: ({ name, place }) => [arnOf(place, 'ecs', `cluster/${name}`)],
    attributes: { Arn: ({ name, place }) => arnOf(place, 'ecs', `cluster/${name}`) },
  },
};

export function readClusters(deployment: Deployment): Cluster[] {
  const clusters = deployment.of(cluster).map(({ name, place, properties }) => {
    const namespace = properties.object('ServiceConnectDefaults')?.string('Namespace');
    return {
      name,
      arn: arnOf(place, 'ecs', `cluster/${name}`),
      ...(namespace !== undefined && { serviceConnectNamespace: namespaceNameOf(deployment, namespace) }),
    };
  });
  return byName(clusters);
}
