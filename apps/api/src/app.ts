import { buildService, probeRoutes } from '@switchyard/shared';
import type { ServiceContext } from '@switchyard/shared';
import type { FastifyInstance } from 'fastify';
import { discoveryRoutes } from './routes/discovery.ts';
import { journeyRoutes } from './routes/journey.ts';

/** Behind api stands worker. */
export const CALLS_BEHIND = 1;

/** The api: the middle of every journey; finds the worker by the mechanism that the request asks for. Opens nothing. */
export function buildApp(context: ServiceContext): FastifyInstance {
  const app = buildService(context);
  void app.register(journeyRoutes, context);
  void app.register(discoveryRoutes, context);
  void app.register(probeRoutes, context);
  return app;
}
