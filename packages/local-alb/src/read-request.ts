import type { RequestFacts } from '@switchyard/blueprint';
import { treatmentOf } from './wire/desync.ts';
import { parseRequestHead } from './wire/parse-request-head.ts';

/** What a load balancer makes of a request before it tries a rule. */
export type ReadRequest =
  | { readonly kind: 'accepted'; readonly facts: RequestFacts }
  /** Answered by the load balancer itself; no rule is tried. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string };

/**
 * Reads a request head as it is on the wire (an incomplete one is refused), as a load balancer with the default attributes does.
 * For `lab explain`, which is to say what the load balancer would do.
 */
export function readRequest(bytes: Buffer, sourceIp: string): ReadRequest {
  const head = parseRequestHead(bytes, 0, bytes.length);
  if (head === undefined) return { kind: 'refused', status: 408, reason: 'the request is not complete' };
  if (head.rejection !== 0)
    return { kind: 'refused', status: head.rejection, reason: 'the request cannot be read or is not allowed' };
  if (treatmentOf(head.desyncClass, 'defensive') === 'reject')
    return { kind: 'refused', status: 400, reason: `the request is ${head.desyncClass}: ${head.desyncReason}` };
  return {
    kind: 'accepted',
    facts: {
      method: head.method,
      host: head.host ?? '',
      path: head.path,
      query: head.query ?? '',
      sourceIp,
      header: (name) => head.header(name),
    },
  };
}
