import type { Blueprint, Service } from '@switchyard/blueprint';
import type { AwsClients } from './aws-clients.ts';

/** The Cloud Map services of Service Connect: found or, where missing, created as ECS does: type HTTP, described and tagged as managed by ECS. */
export class ServiceConnectServices {
  readonly #clients: () => Promise<AwsClients>;
  readonly #signal: AbortSignal;
  readonly #namespaceIds: ReadonlyMap<string, string>;
  readonly #ids = new Map<string, Promise<string>>();

  constructor(blueprint: Blueprint, clients: () => Promise<AwsClients>, signal: AbortSignal) {
    this.#clients = clients;
    this.#signal = signal;
    this.#namespaceIds = new Map(blueprint.namespaces.map(({ name, id }) => [name, id]));
  }

  /** The id of the Cloud Map service in which a service's tasks offer what has this discovery name. */
  async idOf(service: Service, discoveryName: string): Promise<string> {
    const namespace = service.serviceConnect?.namespace ?? '';
    const key = `${namespace}/${discoveryName}`;
    const id = this.#ids.get(key) ?? this.#find(service, discoveryName, this.#namespaceIds.get(namespace) ?? '');
    this.#ids.set(key, id);
    try {
      return await id;
    } catch (error) {
      this.#ids.delete(key);
      throw error;
    }
  }

  /** Looks for them anew from now on. */
  forget(): void {
    this.#ids.clear();
  }

  async #find(service: Service, discoveryName: string, namespaceId: string): Promise<string> {
    const { cloudMap, CloudMap } = await this.#clients();
    try {
      const command = new CloudMap.CreateServiceCommand({
        Name: discoveryName,
        NamespaceId: namespaceId,
        Type: 'HTTP',
        Description: `Managed by ${service.arn}`,
        Tags: [{ Key: 'AmazonECSManaged', Value: 'true' }],
      });
      const { Service: created } = await cloudMap.send(command, { abortSignal: this.#signal });
      return created?.Id ?? '';
    } catch (error) {
      if (!(error instanceof CloudMap.ServiceAlreadyExists)) throw error;
      return error.ServiceId ?? (await this.#findByName(discoveryName, namespaceId));
    }
  }

  async #findByName(discoveryName: string, namespaceId: string): Promise<string> {
    const { cloudMap, CloudMap } = await this.#clients();
    let NextToken: string | undefined;
    do {
      const input = { Filters: [{ Name: 'NAMESPACE_ID' as const, Values: [namespaceId] }], NextToken };
      const page = await cloudMap.send(new CloudMap.ListServicesCommand(input), { abortSignal: this.#signal });
      const match = page.Services?.find((each) => each.Name === discoveryName);
      if (match?.Id !== undefined) return match.Id;
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    throw new Error(`Cloud Map says that ${discoveryName} exists, but does not list it.`);
  }
}
