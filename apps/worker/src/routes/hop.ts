import { hopOf, reachedOf } from '@switchyard/shared';
import type { Hop, ServiceContext } from '@switchyard/shared';
import type { FastifyPluginCallback } from 'fastify';

/** `GET /worker/hop`: the worker's part of a journey. Its caller adds how it was reached and how long that took. */
export const hopRoutes: FastifyPluginCallback<ServiceContext> = (app, { config, identity }, done) => {
  app.get(`${config.basePath}/hop`, async (request, reply): Promise<Hop> => {
    return hopOf(await identity(), reachedOf(request, config.albRoute), reply.elapsedTime);
  });
  done();
};
