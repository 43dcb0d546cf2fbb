import { unknownService } from '@switchyard/shared';
import type { LookUp, Schema, SchemaTypeProvider, ServiceContext } from '@switchyard/shared';
import type { FastifyPluginCallback } from 'fastify';

const PARAMS = {
  type: 'object',
  required: ['service'],
  properties: { service: { type: 'string', minLength: 1, maxLength: 64 } },
} as const satisfies Schema;

/** `GET /api/discovery/:service`: what each mechanism answers for a service of the lab at this moment, side by side. */
export const discoveryRoutes: FastifyPluginCallback<ServiceContext> = (instance, { config, discovery }, done) => {
  const app = instance.withTypeProvider<SchemaTypeProvider>();
  app.get(`${config.basePath}/discovery/:service`, { schema: { params: PARAMS } }, async (request): Promise<LookUp> => {
    const { service } = request.params;
    if (!config.peers.has(service)) throw unknownService(service, config.peers.keys(), 404);
    return await discovery.lookUp(service);
  });
  done();
};
