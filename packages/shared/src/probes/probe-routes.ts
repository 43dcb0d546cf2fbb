import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { MECHANISMS } from '../discovery/mechanism.ts';
import type { Schema, SchemaTypeProvider } from '../schema/schema.ts';
import { ProblemError } from '../service/problem.ts';
import type { ServiceContext } from '../service/service-context.ts';
import { runProbe } from './probe.ts';
import type { Probe } from './probe.ts';

const BODY = {
  type: 'object',
  default: {},
  additionalProperties: false,
  properties: {
    probes: {
      type: 'array',
      minItems: 1,
      maxItems: 24,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['service', 'via', 'path'],
        properties: {
          service: { type: 'string', minLength: 1, maxLength: 64 },
          via: { type: 'string', enum: MECHANISMS, default: 'cloud-map-dns' },
          path: { type: 'string', enum: ['/healthz', '/whoami'], default: '/healthz' },
        },
      },
    },
  },
} as const satisfies Schema;

const STEP_TIMEOUT_MS = 1000;

/**
 * `POST <base path>/probes`: from this very task, resolves, connects to and asks services of the lab, each step timed. An empty
 * object asks about every service by every mechanism. A service that PEERS does not name is refused, so nobody can
 * be made to look around with it.
 */
export const probeRoutes: FastifyPluginCallback<ServiceContext> = (instance: FastifyInstance, context, done) => {
  const { config, discovery, identity, limits } = context;
  const app = instance.withTypeProvider<SchemaTypeProvider>();
  app.post(
    `${config.basePath}/probes`,
    { schema: { body: BODY }, handlerTimeout: limits.probesTimeoutMs },
    async (request) => {
      const probes: readonly Probe[] = request.body.probes ?? everyProbe(config.peers.keys());
      const unknown = probes.find(({ service }) => !config.peers.has(service));
      if (unknown !== undefined) throw unknownService(unknown.service, config.peers.keys());
      const headers = { 'x-amzn-trace-id': request.trace.header, 'user-agent': 'switchyard-probe' };
      const tools = { discovery, peers: config.peers, headers, stepTimeoutMs: STEP_TIMEOUT_MS };
      const results = await Promise.all(probes.map(async (probe) => await runProbe(probe, tools)));
      return { from: await identity(), ok: results.every(({ ok }) => ok), probes: results };
    },
  );
  done();
};

function everyProbe(services: Iterable<string>): Probe[] {
  return [...services].flatMap((service) => MECHANISMS.map((via) => ({ service, via, path: '/healthz' })));
}

/** A 400 or 404 that lists the services there are. */
export function unknownService(service: string, known: Iterable<string>, status: 400 | 404 = 400): ProblemError {
  const services = [...known];
  const detail = `There is no service ${JSON.stringify(service)} in the lab; there are ${services.join(', ') || 'none'}.`;
  return new ProblemError(status, 'SERVICE_PEER_UNKNOWN', detail, { services });
}
