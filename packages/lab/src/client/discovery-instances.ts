import {
  paginateGetInstancesHealthStatus,
  paginateListInstances,
  paginateListServices,
} from '@aws-sdk/client-servicediscovery';

import { allOf } from './all-of.ts';
import type { LabClient } from './lab-client.ts';

/** What Cloud Map says of one instance. */
export interface InstanceState {
  readonly discoveryService: string;
  readonly health: string;
}

/** By task id: ECS names instances after tasks. */
export async function instancesByTask({ cloudMap: client }: LabClient): Promise<Map<string, InstanceState[]>> {
  const services = await allOf(paginateListServices({ client }, {}), ({ Services }) => Services);
  const found = new Map<string, InstanceState[]>();
  await Promise.all(
    services.map(async ({ Id: ServiceId, Name = '', Type }) => {
      const [instances, health] = await Promise.all([
        allOf(paginateListInstances({ client }, { ServiceId }), ({ Instances }) => Instances),
        allOf(paginateGetInstancesHealthStatus({ client }, { ServiceId }), ({ Status = {} }) => Object.entries(Status)),
      ]);
      const healthOf = new Map(health);
      const discoveryService = `${Name} (${Type === 'HTTP' ? 'Service Connect' : 'DNS'})`;
      for (const { Id: id = '' } of instances) {
        const state = { discoveryService, health: healthOf.get(id) ?? 'UNKNOWN' };
        found.set(id, [...(found.get(id) ?? []), state]);
      }
    }),
  );
  return found;
}
