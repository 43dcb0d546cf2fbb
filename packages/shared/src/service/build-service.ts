import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LogController, fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceConfig } from '../config/service-config.ts';
import type { IdentitySource } from '../identity/identity-source.ts';
import { TRACE_HEADER, traceOf, traceRoot } from '../trace/trace-id.ts';
import type { Trace } from '../trace/trace-id.ts';
import { answerClientError } from './client-error.ts';
import type { ServiceMetrics } from '../telemetry/service-metrics.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { ServiceLimits } from './limits.ts';
import { codeOf } from '../errors.ts';
import { PROBLEM_TYPE, incompleteRequest, problem, problemOf } from './problem.ts';
import { standardRoutes } from './standard-routes.ts';
import { validatorCompiler } from './validator.ts';

export type LogDestination = { write(line: string): void };

export interface ServiceOptions {
  readonly config: ServiceConfig;
  readonly limits: ServiceLimits;
  readonly lifecycle: Lifecycle;
  readonly identity: IdentitySource;
  /** Told of every request but health checks. */
  readonly metrics?: ServiceMetrics;
  /** Where log lines go; standard output by default. */
  readonly logTo?: LogDestination;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's trace: kept from the load balancer, or begun here. Pass `trace.header` on. */
    trace: Trace;
  }
}

const REQUEST_ID = /^[\w.:/=+-]{1,128}$/;

/**
 * Builds a Fastify instance with everything that the services have in common: JSON logs, request and trace ids, problem bodies,
 * limits, `/healthz` and `/whoami`. It opens nothing.
 */
export function buildService(options: ServiceOptions): FastifyInstance {
  const { config, limits, lifecycle } = options;
  const app = fastify({
    logger: {
      level: config.logLevel,
      base: { service: config.serviceName },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      ...(options.logTo === undefined ? {} : { stream: options.logTo }),
    },
    genReqId: requestId,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    handlerTimeout: limits.handlerTimeoutMs,
    bodyLimit: limits.bodyBytesMax,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      maxHeaderSize: limits.headerBytesMax,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const body = problemOf(error);
      void reply.code(body.status).type(PROBLEM_TYPE).send(jsonOf(body));
    },
    routerOptions: { maxParamLength: 128 },
    schemaController: {
      compilersFactory: {
        buildValidator: () => validatorCompiler as never,
        buildSerializer: () => () => jsonOf,
      },
    },
  });
  app.server.maxConnections = limits.connectionsMax;
  app.decorateRequest('trace');
  app.setReplySerializer(jsonOf);
  addHooks(app, lifecycle, options.metrics);
  addErrors(app);
  void app.register(standardRoutes, options);
  return app;
}

function addHooks(app: FastifyInstance, lifecycle: Lifecycle, metrics: ServiceMetrics | undefined): void {
  app.addHook('onRequest', (request, reply, done) => {
    const header = request.headers[TRACE_HEADER];
    request.trace = traceOf(typeof header === 'string' ? header : undefined, newTraceRoot);
    reply.header('x-request-id', request.id);
    if (!isHealthCheck(request)) lifecycle.noteRequest();
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (lifecycle.isDraining) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!isHealthCheck(request)) metrics?.noteRequest(routeOf(request), reply.statusCode, reply.elapsedTime);
    const level = isHealthCheck(request) ? 'debug' : reply.statusCode >= 500 ? 'error' : 'info';
    request.log[level](
      {
        traceId: request.trace.root,
        method: request.method,
        url: short(request.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        from: short(String(request.headers['x-forwarded-for'] ?? request.socket.remoteAddress)),
      },
      'request',
    );
    done();
  });
}

function addErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const isLate = codeOf(error) === 'FST_ERR_HANDLER_TIMEOUT';
    const isIncomplete = isLate && hasBody(request) && !request.raw.complete;
    const body = isIncomplete ? incompleteRequest() : problemOf(error);
    if (isIncomplete) reply.header('connection', 'close');
    if (body.status >= 500) request.log.error({ err: error, traceId: request.trace.root }, 'failed');
    return reply
      .code(body.status)
      .type(PROBLEM_TYPE)
      .send(jsonOf({ ...body, instance: short(request.url), traceId: request.trace.root, requestId: request.id }));
  });
  app.setNotFoundHandler((request, reply) => {
    const detail = `There is no ${request.method} ${short(request.url.split('?')[0] ?? '')} in this service.`;
    const body = problem(404, 'SERVICE_ROUTE_UNKNOWN', detail, {
      instance: short(request.url),
      traceId: request.trace.root,
      requestId: request.id,
    });
    return reply.code(404).type(PROBLEM_TYPE).send(jsonOf(body));
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What a client may make as long as it likes, cut for logs and answers. */
function short(text: string): string {
  return text.length > 1024 ? `${text.slice(0, 1024)}…` : text;
}

/** Health checks say nothing about whether anybody still wants something of this service. */
function isHealthCheck({ url }: FastifyRequest): boolean {
  return url === '/healthz' || url.startsWith('/healthz?');
}

/** The route's pattern with its method: as many as the service has, whatever clients ask for. */
function routeOf({ method, routeOptions }: FastifyRequest): string {
  return routeOptions.url === undefined ? 'unknown' : `${method} ${routeOptions.url}`;
}

/** JSON with a final newline, so that a shell's prompt stays where it belongs. */
function jsonOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

function newTraceRoot(): string {
  return traceRoot(Date.now() / 1000, randomBytes(12).toString('hex'));
}
