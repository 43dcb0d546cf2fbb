import type { EndpointName } from './state.ts';

/** A service as far as Service Connect is concerned. */
export interface ConnectedService {
  readonly serviceConnect?: {
    readonly namespace: string;
    readonly services: readonly {
      readonly containerPort: number;
      readonly appProtocol: EndpointName['appProtocol'];
      readonly discoveryName: string;
      readonly clientAliases: readonly { readonly dnsName: string; readonly port: number }[];
      readonly timeout?: EndpointName['timeout'];
    }[];
  };
}

/**
 * The endpoints that a client in `namespace` knows: every alias of every service that offers one there, by name and port.
 * Without an alias the name is `<discoveryName>.<namespace>`. ECS fixes this list when the client's deployment starts; here all services of the
 * blueprint are there from the first deployment on.
 */
export function endpointsOf(namespace: string | undefined, services: readonly ConnectedService[]): EndpointName[] {
  if (namespace === undefined) return [];
  return services
    .flatMap(({ serviceConnect }) => (serviceConnect?.namespace === namespace ? serviceConnect.services : []))
    .flatMap(({ discoveryName, containerPort, appProtocol, clientAliases, timeout }) => {
      const aliases =
        clientAliases.length > 0 ? clientAliases : [{ dnsName: `${discoveryName}.${namespace}`, port: containerPort }];
      return aliases.map(({ dnsName, port }) => ({
        namespace,
        discoveryName,
        dnsName,
        port,
        appProtocol,
        ...(timeout === undefined ? {} : { timeout }),
      }));
    })
    .toSorted(
      (one, other) =>
        (one.dnsName < other.dnsName ? -1 : 1) * Number(one.dnsName !== other.dnsName) || one.port - other.port,
    );
}
