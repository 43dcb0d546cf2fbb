import type { FastifyRequest } from 'fastify';
import { DEFAULT_MECHANISM, MECHANISMS } from '../discovery/mechanism.ts';
import type { Schema } from '../schema/schema.ts';
import { formatOf } from '../service/negotiate.ts';
import type { Format } from '../service/negotiate.ts';
import type { Reached } from './journey.ts';

/** The query of every `…/journey`. */
export const JOURNEY_QUERY = {
  type: 'object',
  properties: {
    via: { type: 'string', enum: MECHANISMS, default: DEFAULT_MECHANISM },
    format: { type: 'string', enum: ['json', 'text', 'html'] },
  },
  required: ['via'],
} as const satisfies Schema;

/** The form to answer in: what `?format=` says, else what `Accept` asks for. */
export function formatOfRequest(request: FastifyRequest, format: Format | undefined): Format {
  return format ?? formatOf(request.headers.accept);
}

/**
 * How this request came here, as far as the callee can tell: a load balancer always adds `X-Forwarded-Port`. A caller inside the lab
 * knows better and writes it over.
 */
export function reachedOf(request: FastifyRequest, albRoute: string): Reached {
  if (request.headers['x-forwarded-port'] !== undefined) return { by: 'load-balancer', route: albRoute };
  return { by: 'direct', from: request.socket.remoteAddress ?? 'unknown' };
}
