import { Resolver } from 'node:dns/promises';

/** No answer, as against the answer that there is nothing. */
const UNANSWERED = new Set(['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED']);

/** The first label of an address's name: where a container engine's resolver answers, the container. */
export async function containerNameAt(address: string): Promise<string | undefined> {
  const [name] = await new Resolver({ timeout: 1000, tries: 2 }).reverse(address).catch(() => []);
  return name?.split('.')[0];
}

/**
 * The A records of a name by plain DNS: where a container engine's resolver answers, the addresses of a service's containers.
 * `undefined` when the resolver does not answer.
 */
export function createLookUp(name: string, servers?: readonly string[]): () => Promise<readonly string[] | undefined> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async () => {
    try {
      return await resolver.resolve4(name);
    } catch (error) {
      return UNANSWERED.has((error as NodeJS.ErrnoException).code ?? '') ? undefined : [];
    }
  };
}
