import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';
import { startWatchingEcs } from '@switchyard/local-ecs';

import { Completeness } from '../completeness.ts';
import { startHealthServer } from '../health-server.ts';
import { everyAddress } from '../role.ts';
import type { StartRole } from '../role.ts';
import { portOf, requiredOf } from '../settings.ts';

const remedies = {
  scale: (service: string, count: number | undefined): string =>
    count === undefined
      ? `Docker keeps this lab’s tasks: run \`docker compose up -d --force-recreate --no-deps ${service}\` for new ones.`
      : `Docker keeps this lab’s tasks: run \`docker compose up -d --scale ${service}=${count}\`.`,
  stop: (service: string, container: string | undefined): string =>
    container === undefined
      ? `Docker keeps this lab’s tasks: run \`docker compose restart ${service}\`, which stops all of this service.`
      : `Docker keeps this lab’s tasks: run \`docker stop ${container}\`, or \`docker kill ${container}\` for a crash.`,
  noContainer: 'No container of it runs; `docker compose up -d` starts them.',
} as const;

/** ECS: registers the containers that Docker's DNS names, serves their metadata, and is the one address of all AWS APIs. */
export const startEcs: StartRole = async ({ blueprint, environment }, log) => {
  await using opening = new AsyncDisposableStack();
  const apiPort = portOf(environment, 'API_PORT');
  const ecs = opening.use(
    await startWatchingEcs({
      blueprint,
      endpointUrl: () => `http://127.0.0.1:${apiPort}`,
      metadata: { host: everyAddress, port: portOf(environment, 'METADATA_PORT') },
      remedies,
      onEvent: (event) => log({ ...event }),
    }),
  );
  const completeness = new Completeness(() => ecs.troubles(), performance.now());
  opening.use(
    await startHealthServer(everyAddress, portOf(environment, 'HEALTH_PORT'), () =>
      completeness.troubles(performance.now()),
    ),
  );
  const endpoint = await startAwsEndpoint({
    host: everyAddress,
    port: apiPort,
    apis: [ecs.api],
    upstreams: [
      {
        service: 'servicediscovery',
        targetPrefix: 'Route53AutoNaming_v20170314',
        url: requiredOf(environment, 'CLOUD_MAP_URL'),
      },
      { service: 'elasticloadbalancing', url: requiredOf(environment, 'LOAD_BALANCER_URL') },
    ],
  });
  opening.use(endpoint);
  ecs.run();
  const resources = opening.move();
  return {
    async [Symbol.asyncDispose]() {
      // Through the endpoint, which closes after.
      await ecs[Symbol.asyncDispose]();
      await resources.disposeAsync();
    },
  };
};
