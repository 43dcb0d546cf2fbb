import { buildService, probeRoutes } from '@switchyard/shared';
import type { ServiceContext } from '@switchyard/shared';
import type { FastifyInstance } from 'fastify';
import { journeyRoutes } from './routes/journey.ts';
import { pageRoutes } from './routes/page.ts';

/** Behind frontend stand api and worker. */
export const CALLS_BEHIND = 2;

/** The frontend: the web page, and the start of every journey. Opens nothing but the page's own files. */
export function buildApp(context: ServiceContext): FastifyInstance {
  const app = buildService(context);
  void app.register(pageRoutes);
  void app.register(journeyRoutes, context);
  void app.register(probeRoutes, context);
  return app;
}
