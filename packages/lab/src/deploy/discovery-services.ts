import { awsCodeOf, clientConfig } from './aws.ts';
import type { AwsTarget } from './aws.ts';

/**
 * Deletes discovery services without instances from these namespaces. ECS makes them for Service Connect, no stack owns them, and
 * Cloud Map does not delete a namespace that has any.
 */
export async function deleteDiscoveryServices(target: AwsTarget, namespaceIds: readonly string[]): Promise<string[]> {
  const { DeleteServiceCommand, paginateListServices, ServiceDiscoveryClient } =
    await import('@aws-sdk/client-servicediscovery');
  const client = new ServiceDiscoveryClient(clientConfig(target));
  const deleted: string[] = [];
  try {
    for (const namespaceId of namespaceIds) {
      const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [namespaceId] }];
      for await (const { Services = [] } of paginateListServices({ client }, { Filters })) {
        for (const { Id, Name = '' } of Services) {
          const isGone = await client.send(new DeleteServiceCommand({ Id })).then(
            () => true,
            (error: unknown) => {
              if (awsCodeOf(error) === 'ResourceInUse') return false;
              throw error;
            },
          );
          if (isGone) deleted.push(Name);
        }
      }
    }
  } finally {
    client.destroy();
  }
  return deleted;
}
