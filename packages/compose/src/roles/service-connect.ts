import type { Blueprint } from '@switchyard/blueprint';
import { startServiceConnect } from '@switchyard/local-service-connect';
import type { ServiceConnectEndpoint } from '@switchyard/local-service-connect';

import { everyAddress } from '../role.ts';
import type { StartRole } from '../role.ts';
import { requiredOf } from '../settings.ts';

/** Service Connect's proxy. One container serves every task: the aliases are names of this container, told apart by `Host`. */
export const startServiceConnectRole: StartRole = async ({ blueprint, environment }, log) => {
  await using opening = new AsyncDisposableStack();
  const serviceConnect = opening.use(
    await startServiceConnect({
      cloudMap: { endpointUrl: requiredOf(environment, 'CLOUD_MAP_URL'), region: blueprint.region },
    }),
  );
  opening.use(
    await serviceConnect.startProxy({
      endpoints: endpointsOf(blueprint),
      localAddress: everyAddress,
      onEvent: (event) => log(event.kind === 'request' ? { kind: event.kind, line: event.line } : { ...event }),
    }),
  );
  return opening.move();
};

function endpointsOf({ services }: Blueprint): ServiceConnectEndpoint[] {
  return services.flatMap(({ serviceConnect }) =>
    (serviceConnect?.services ?? []).flatMap(({ clientAliases, discoveryName, appProtocol, timeout }) =>
      clientAliases.map(({ dnsName, port }) => ({
        namespace: serviceConnect?.namespace ?? '',
        discoveryName,
        dnsName,
        port,
        appProtocol,
        listenAddress: everyAddress,
        ...(timeout !== undefined && { timeout }),
      })),
    ),
  );
}
