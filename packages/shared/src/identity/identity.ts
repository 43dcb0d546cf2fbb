/** Who answers: a task of a service, in a zone, at an address. */
export interface Identity {
  readonly service: string;
  /** The task's id; `by-hand` outside of ECS, `unknown` while the metadata endpoint does not answer. */
  readonly taskId: string;
  /** `family:revision`, or `none`. */
  readonly taskDefinition: string;
  readonly cluster: string;
  /** `us-east-1a`, or `unknown`. */
  readonly zone: string;
  /** The task's private IPv4 address. */
  readonly address: string;
  /** Where this is known from; when not from the task metadata, why not. */
  readonly source: string;
}

/**
 * Reads the identity out of a task metadata v4 answer (`${ECS_CONTAINER_METADATA_URI_V4}/task`).
 * Source: "Amazon ECS task metadata endpoint version 4 for tasks on Fargate" in the ECS developer guide.
 *
 * @returns undefined when the answer lacks a task ARN
 */
export function identityOfMetadata(metadata: unknown, service: string): Identity | undefined {
  const task = recordOf(metadata);
  const taskId = lastPart(textOf(task['TaskARN']));
  if (taskId === '') return undefined;
  const family = textOf(task['Family']);
  return {
    service,
    taskId,
    taskDefinition: family === '' ? 'none' : `${family}:${textOf(task['Revision'])}`,
    cluster: lastPart(textOf(task['Cluster'])) || 'none',
    zone: textOf(task['AvailabilityZone']) || 'unknown',
    address: addressOf(task, service),
    source: 'task metadata',
  };
}

/** The address of the container named like the service, else of the first container with one (sidecars share it in awsvpc). */
function addressOf(task: Readonly<Record<string, unknown>>, service: string): string {
  const containers = listOf(task['Containers']).map((container) => recordOf(container));
  const own = containers.filter((container) => container['Name'] === service);
  for (const container of [...own, ...containers]) {
    for (const network of listOf(container['Networks'])) {
      const address = textOf(listOf(recordOf(network)['IPv4Addresses'])[0]);
      if (address !== '') return address;
    }
  }
  return 'unknown';
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
