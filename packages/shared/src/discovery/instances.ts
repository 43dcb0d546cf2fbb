import type { Instance } from './cloud-map-client.ts';
import type { Finding, InstanceAccount } from './finding.ts';

export interface PreferenceInput {
  readonly namespace: string;
  readonly service: string;
  readonly revision: number;
  readonly instances: readonly Instance[];
  /** The port when an instance has no AWS_INSTANCE_PORT. */
  readonly port: number;
  /** The caller's zone, or `unknown`. */
  readonly zone: string;
}

/**
 * Orders instances: those of the caller's zone first, since traffic between zones costs time and money, the others for when they fail.
 * Health has been decided by the API (HEALTHY_OR_ELSE_ALL).
 *
 * @returns undefined when no instance has an address
 */
export function findingOfInstances(input: PreferenceInput): Finding | undefined {
  const { namespace, service, revision, zone } = input;
  const instances = input.instances
    .map((instance) => accountOf(instance, input.port))
    .filter((instance) => instance !== undefined);
  const near = instances.filter((instance) => instance.zone === zone);
  const ordered = near.length > 0 ? [...near, ...instances.filter((instance) => instance.zone !== zone)] : instances;
  if (ordered.length === 0) return undefined;
  return {
    targets: ordered.map(({ address }) => ({ address, origin: `http://${address}` })),
    preferred: near.length > 0 ? near.length : ordered.length,
    account: {
      by: 'cloud-map-api',
      namespace,
      service,
      revision,
      instances: ordered,
      preference: near.length > 0 ? `same zone (${zone})` : `any zone (none in ${zone})`,
    },
  };
}

function accountOf({ id, health, attributes }: Instance, port: number): InstanceAccount | undefined {
  const ip = attributes['AWS_INSTANCE_IPV4'];
  if (ip === undefined || ip === '') return undefined;
  return {
    id,
    health,
    address: `${ip}:${attributes['AWS_INSTANCE_PORT'] ?? port}`,
    zone: attributes['AVAILABILITY_ZONE'] ?? 'unknown',
  };
}
