import { buildService, probeRoutes } from '@switchyard/shared';
import type { ServiceContext } from '@switchyard/shared';
import type { FastifyInstance } from 'fastify';
import { hopRoutes } from './routes/hop.ts';

/** Nothing stands behind the worker in a journey. */
export const CALLS_BEHIND = 0;

/** The worker: the end of every journey, and connectivity probes. Opens nothing. */
export function buildApp(context: ServiceContext): FastifyInstance {
  const app = buildService(context);
  void app.register(hopRoutes, context);
  void app.register(probeRoutes, context);
  return app;
}
