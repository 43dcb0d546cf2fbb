import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '../config/service-config.ts';
import type { Identity } from '../identity/identity.ts';
import type { IdentitySource } from '../identity/identity-source.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface StandardRoutesOptions {
  readonly config: ServiceConfig;
  readonly lifecycle: Lifecycle;
  readonly identity: IdentitySource;
}

/** What `/whoami` answers: who, and what this service saw of the request. */
export interface Whoami extends Identity {
  /** How the load balancer finds this service. */
  readonly albRoute: string;
  readonly request: {
    readonly id: string;
    readonly traceId: string;
    readonly method: string;
    readonly url: string;
    readonly host: string;
    readonly forwardedFor?: string;
    readonly forwardedProto?: string;
    readonly forwardedPort?: string;
  };
}

/** `/healthz` at the root (the load balancer's health check) and `/whoami` at the root and under the base path. */
export const standardRoutes: FastifyPluginCallback<StandardRoutesOptions> = (app, options, done) => {
  const { config, lifecycle, identity } = options;
  app.get('/healthz', (_request, reply) => {
    const ready = !lifecycle.isDraining;
    return reply
      .code(ready ? 200 : 503)
      .send({ service: config.serviceName, live: true, ready, status: ready ? 'ok' : 'draining' });
  });
  for (const base of new Set(['', config.basePath])) {
    app.get(`${base}/whoami`, async (request): Promise<Whoami> => whoamiOf(await identity(), config.albRoute, request));
  }
  done();
};

function whoamiOf(identity: Identity, albRoute: string, request: FastifyRequest): Whoami {
  const { headers } = request;
  return {
    ...identity,
    albRoute,
    request: {
      id: request.id,
      traceId: request.trace.root,
      method: request.method,
      url: request.url,
      host: headers.host ?? '',
      ...optional('forwardedFor', headers['x-forwarded-for']),
      ...optional('forwardedProto', headers['x-forwarded-proto']),
      ...optional('forwardedPort', headers['x-forwarded-port']),
    },
  };
}

function optional<Name extends string>(
  name: Name,
  value: string | string[] | undefined,
): Partial<Record<Name, string>> {
  if (value === undefined) return {};
  return { [name]: String(value) } as Record<Name, string>;
}
