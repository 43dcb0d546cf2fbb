import type { Blueprint, Service } from '@switchyard/blueprint';
import type { AwsClients } from './aws-clients.ts';

/**
 * Finds, and where missing creates, the Cloud Map services of Service Connect as ECS does: type HTTP, described and tagged as
 * managed by ECS. Gives a function from an ECS service and a discovery name to the Cloud Map service's id.
 */
export function createServiceConnectServices(
  blueprint: Blueprint,
  clients: () => Promise<AwsClients>,
  signal: AbortSignal,
): (service: Service, discoveryName: string) => Promise<string> {
  const found = new Map<string, Promise<string>>();
  const namespaceIds = new Map(blueprint.namespaces.map(({ name, id }) => [name, id]));

  const find = async (service: Service, discoveryName: string, namespaceId: string): Promise<string> => {
    const { cloudMap, CloudMap } = await clients();
    try {
      const command = new CloudMap.CreateServiceCommand({
        Name: discoveryName,
        NamespaceId: namespaceId,
        Type: 'HTTP',
        Description: `Managed by ${service.arn}`,
        Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }],
      });
      const { Service: created } = await cloudMap.send(command, { abortSignal: signal });
      return created?.Id ?? '';
    } catch (error) {
      if (!(error instanceof CloudMap.ServiceAlreadyExists)) throw error;
      return error.ServiceId ?? (await findByName(discoveryName, namespaceId));
    }
  };
  const findByName = async (discoveryName: string, namespaceId: string): Promise<string> => {
    const { cloudMap, CloudMap } = await clients();
    let NextToken: string | undefined;
    do {
      const input = { Filters: [{ Name: 'NAMESPACE_ID' as const, Values: [namespaceId] }], NextToken };
      const page = await cloudMap.send(new CloudMap.ListServicesCommand(input), { abortSignal: signal });
      const match = page.Services?.find((each) => each.Name === discoveryName);
      if (match?.Id !== undefined) return match.Id;
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    throw new Error(`Cloud Map says that ${discoveryName} exists, but does not list it.`);
  };

  return async (service, discoveryName) => {
    const namespace = service.serviceConnect?.namespace ?? '';
    const key = `${namespace}/${discoveryName}`;
    const known = found.get(key) ?? find(service, discoveryName, namespaceIds.get(namespace) ?? '');
    found.set(key, known);
    try {
      return await known;
    } catch (error) {
      found.delete(key);
      throw error;
    }
  };
}
