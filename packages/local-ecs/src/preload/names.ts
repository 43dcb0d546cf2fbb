import dns from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { TaskNetwork } from './config.ts';

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Whether a name is one that the task's network answers itself. Such a name's addresses are in 127.0.0.0/8. */
export function isNameOfTheLab(network: TaskNetwork, hostname: string): boolean {
  const name = plainName(hostname);
  return Object.hasOwn(network.hosts, name) || network.zones.some((zone) => name === zone || name.endsWith(`.${zone}`));
}

/**
 * Makes `dns.lookup` answer as in the task: the hosts map, then the lab's zones through its DNS server, then the machine.
 * Resolvers ask the lab's DNS server, as an awsvpc task's ask the VPC's.
 */
export function patchNames(network: TaskNetwork): void {
  const servers = [`${network.dns.host}:${network.dns.port}`];
  const { lookup } = dns;
  const lookupPromise = dns.promises.lookup;
  dns.Resolver = withServers(dns.Resolver, servers);
  dns.promises.Resolver = withServers(dns.promises.Resolver, servers);
  askLazily(dns, () => new dns.Resolver());
  askLazily(dns.promises, () => new dns.promises.Resolver());
  let ownResolver: dns.promises.Resolver | undefined;
  const resolver = (): dns.promises.Resolver =>
    (ownResolver ??= new dns.promises.Resolver({ timeout: 1000, tries: 2 }));

  const patchedPromise = async (hostname: string, given?: LookupOptions | number): Promise<unknown> => {
    if (!isNameOfTheLab(network, hostname)) return await lookupPromise(hostname, given as LookupOptions);
    const options = typeof given === 'number' ? { family: given } : (given ?? {});
    const addresses = await addressesOf(network, resolver, hostname, options.family);
    return options.all === true ? addresses : addresses[0];
  };
  const patched = (hostname: string, given: unknown, last?: Callback): unknown => {
    if (typeof hostname !== 'string' || isIP(hostname) !== 0 || !isNameOfTheLab(network, hostname)) {
      return (lookup as (...args: unknown[]) => unknown)(hostname, given, last);
    }
    const callback = (last ?? given) as Callback;
    const options = (last === undefined ? {} : typeof given === 'number' ? { family: given } : given) as LookupOptions;
    const answer = async (): Promise<() => void> => {
      try {
        const addresses = await addressesOf(network, resolver, hostname, options?.family);
        const [first] = addresses;
        return options?.all === true
          ? () => callback(null, addresses)
          : () => callback(null, first?.address ?? '', first?.family);
      } catch (error) {
        return () => callback(error as NodeJS.ErrnoException, '');
      }
    };
    // Outside of the promise: what the callback throws is the program's own uncaught exception.
    void answer().then((call) => process.nextTick(call));
    return {};
  };
  dns.lookup = Object.assign(patched, { [promisify.custom]: patchedPromise }) as unknown as typeof dns.lookup;
  dns.promises.lookup = patchedPromise as typeof dns.promises.lookup;
}

async function addressesOf(
  network: TaskNetwork,
  resolver: () => dns.promises.Resolver,
  hostname: string,
  family: LookupOptions['family'],
): Promise<LookupAddress[]> {
  const name = plainName(hostname);
  const alias = network.hosts[name];
  if (family === 6 || family === 'IPv6') throw lookupError('ENOTFOUND', hostname);
  if (alias !== undefined) return [{ address: alias, family: 4 }];
  try {
    const addresses = await resolver().resolve4(name);
    return addresses.map((address) => ({ address, family: 4 }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw lookupError(code === 'ENOTFOUND' || code === 'ENODATA' ? 'ENOTFOUND' : 'EAI_AGAIN', hostname);
  }
}

/** As `getaddrinfo` fails. */
function lookupError(code: 'ENOTFOUND' | 'EAI_AGAIN', hostname: string): Error {
  return Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, syscall: 'getaddrinfo', hostname });
}

function plainName(hostname: string): string {
  const name = hostname.toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/**
 * The module's own `resolve…`, `reverse`, `getServers` and `setServers` go to one resolver that is made when first used:
 * `dns.setServers` would cost every task's start several milliseconds.
 */
function askLazily(module: object, create: () => object): void {
  const functions = module as Record<string, unknown>;
  let resolver: Record<string, (...args: unknown[]) => unknown> | undefined;
  const names = Object.keys(functions).filter((name) => name.startsWith('resolve'));
  for (const name of [...names, 'reverse', 'getServers', 'setServers']) {
    functions[name] = (...args: unknown[]) => {
      resolver ??= create() as NonNullable<typeof resolver>;
      return resolver[name]?.(...args);
    };
  }
}

interface HasServers {
  setServers(servers: string[]): void;
}

/** The class with the lab's DNS server in place of the machine's. */
function withServers(Original: new (options?: object) => HasServers, servers: string[]): never {
  class Resolver extends Original {
    constructor(options?: object) {
      super(options);
      this.setServers(servers);
    }
  }
  return Resolver as never;
}
