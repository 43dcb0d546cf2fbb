import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startLocalCloudMap } from '@switchyard/local-cloud-map';

import { everyAddress } from '../role.ts';
import type { StartRole } from '../role.ts';
import { portOf } from '../settings.ts';

/** Cloud Map: its API, and the DNS server that Docker's own resolver asks about names it does not know. */
export const startCloudMap: StartRole = async ({ blueprint, environment }, log) => {
  await using opening = new AsyncDisposableStack();
  const cloudMap = opening.use(
    await startLocalCloudMap({
      ...blueprint,
      dns: { host: everyAddress, port: portOf(environment, 'DNS_PORT') },
      customHealthDelayMs: 0,
      onEvent: (event) => log({ ...event }),
    }),
  );
  opening.use(
    await startAwsEndpoint({ host: everyAddress, port: portOf(environment, 'API_PORT'), apis: [cloudMap.api] }),
  );
  return opening.move();
};
