import { JOURNEY_QUERY, formatOfRequest, pictureOf, reachedOf, travel } from '@switchyard/shared';
import type { SchemaTypeProvider, ServiceContext } from '@switchyard/shared';
import type { FastifyPluginCallback } from 'fastify';

const TEXT = 'text/plain; charset=utf-8';

/** `GET /api/journey?via=`: two hops, api → worker; JSON when asked for, else a text picture. */
export const journeyRoutes: FastifyPluginCallback<ServiceContext> = (instance, context, done) => {
  const { config, discovery, identity, limits } = context;
  const app = instance.withTypeProvider<SchemaTypeProvider>();
  app.get(`${config.basePath}/journey`, { schema: { querystring: JOURNEY_QUERY } }, async (request, reply) => {
    const { via, format } = request.query;
    const startedMs = performance.now() - reply.elapsedTime;
    const journey = await travel({
      discovery,
      identity: await identity(),
      reached: reachedOf(request, config.albRoute),
      startedMs,
      next: { service: 'worker', via, path: '/worker/hop' },
      via,
      trace: request.trace,
      requestId: request.id,
      timeoutMs: limits.peerTimeoutMs,
    });
    reply
      .code(journey.error?.status ?? 200)
      .header('vary', 'accept')
      .header('cache-control', 'no-store');
    if (formatOfRequest(request, format) === 'json') return await reply.send(journey);
    return await reply.type(TEXT).send(pictureOf(journey));
  });
  done();
};
