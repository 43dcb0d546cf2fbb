import { startLocalAlb } from '@switchyard/local-alb';
import { startAwsEndpoint } from '@switchyard/local-aws-endpoint';

import { ComposeError } from '../errors.ts';
import { everyAddress } from '../role.ts';
import type { StartRole } from '../role.ts';
import { portOf } from '../settings.ts';

/** The Application Load Balancer: its access log line by line, and every change of a target's health. */
export const startLoadBalancer: StartRole = async ({ blueprint, environment }, log) => {
  const loadBalancer = blueprint.loadBalancers.find(({ type }) => type === 'application');
  if (loadBalancer === undefined)
    throw new ComposeError(
      'COMPOSE_LOAD_BALANCER_MISSING',
      'The blueprint has no Application Load Balancer, so this container has nothing to do.',
    );
  const listener = loadBalancer.listeners.find(({ protocol }) => protocol === 'HTTP');
  await using opening = new AsyncDisposableStack();
  const alb = opening.use(
    await startLocalAlb({
      loadBalancer,
      targetGroups: blueprint.targetGroups,
      listeners:
        listener === undefined
          ? []
          : [{ port: listener.port, host: everyAddress, localPort: portOf(environment, 'HTTP_PORT') }],
      onEvent: (event) => log(event.kind === 'request' ? { kind: event.kind, line: event.line } : { ...event }),
    }),
  );
  opening.use(await startAwsEndpoint({ host: everyAddress, port: portOf(environment, 'API_PORT'), apis: [alb.api] }));
  return opening.move();
};
