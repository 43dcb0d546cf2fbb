import { JOURNEY_QUERY, formatOfRequest, pictureOf, reachedOf, travel } from '@switchyard/shared';
import type { SchemaTypeProvider, ServiceContext } from '@switchyard/shared';
import type { FastifyPluginCallback } from 'fastify';
import { sendPage } from '../page/page.ts';

const TEXT = 'text/plain; charset=utf-8';

/**
 * `GET /journey?via=`: three hops, frontend → api → worker. A browser gets the page, which draws the journey; JSON when asked for; else
 * a text picture. The way to api is always Service Connect; `via` is how api finds worker.
 */
export const journeyRoutes: FastifyPluginCallback<ServiceContext> = (instance, context, done) => {
  const { config, discovery, identity, limits } = context;
  const app = instance.withTypeProvider<SchemaTypeProvider>();
  app.get('/journey', { schema: { querystring: JOURNEY_QUERY } }, async (request, reply) => {
    const { via, format: wanted } = request.query;
    const format = formatOfRequest(request, wanted);
    reply.header('vary', 'accept').header('cache-control', 'no-store');
    if (format === 'html') return await sendPage(reply, 'index.html');
    const journey = await travel({
      discovery,
      identity: await identity(),
      reached: reachedOf(request, config.albRoute),
      startedMs: performance.now() - reply.elapsedTime,
      next: { service: 'api', via: 'service-connect', path: `/api/journey?format=json&via=${via}` },
      via,
      trace: request.trace,
      requestId: request.id,
      timeoutMs: limits.peerTimeoutMs,
    });
    reply.code(journey.error?.status ?? 200);
    if (format === 'json') return await reply.send(journey);
    return await reply.type(TEXT).send(pictureOf(journey));
  });
  done();
};
