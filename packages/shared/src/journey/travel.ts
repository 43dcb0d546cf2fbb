import type { DiscoveryClient } from '../discovery/discovery-client.ts';
import type { CallRecord } from '../discovery/try.ts';
import type { Mechanism } from '../discovery/mechanism.ts';
import { KitError } from '../errors.ts';
import { hopOf, roundMs } from './journey.ts';
import type { Hop, Journey, JourneyError, Reached } from './journey.ts';
import type { Identity } from '../identity/identity.ts';

export interface TravelOptions {
  readonly discovery: DiscoveryClient;
  readonly identity: Identity;
  /** How this service itself was reached. */
  readonly reached: Reached;
  readonly startedMs: number;
  /** The next service, how it is found, and the path that answers with a {@link Journey} or a {@link Hop} there. */
  readonly next: { readonly service: string; readonly via: Mechanism; readonly path: string };
  /** The choice for api → worker. */
  readonly via: Mechanism;
  readonly trace: { readonly root: string; readonly header: string };
  readonly requestId: string;
  readonly timeoutMs: number;
}

/**
 * Goes on to the next service and puts this one's hop in front of what comes back. The callee says who it is and what lies behind
 * it; how it was reached, and how long that took, only its caller knows, so the caller writes that into the first hop of the answer.
 * Never throws: a failed call is part of the journey.
 */
export async function travel(options: TravelOptions): Promise<Journey> {
  const { discovery, identity, next, via, trace, startedMs } = options;
  const record: CallRecord = { attempts: [] };
  const calledMs = performance.now();
  const journey = (behind: readonly Hop[], error?: JourneyError): Journey => {
    const ms = performance.now() - startedMs;
    const own = hopOf(identity, options.reached, ms);
    return {
      via,
      traceId: trace.root,
      ms: roundMs(ms),
      hops: [own, ...behind],
      ...(error === undefined ? {} : { error }),
    };
  };
  try {
    const answer = await discovery.call(next.service, next.via, {
      path: next.path,
      headers: { accept: 'application/json', 'x-amzn-trace-id': trace.header, 'x-request-id': options.requestId },
      timeoutMs: options.timeoutMs,
      record,
    });
    const behind = journeyOf(answer.json);
    if (behind === undefined)
      throw new KitError(
        'PEER_ANSWERED_RUBBISH',
        `The service ${next.service} answered ${answer.status} without a journey.`,
      );
    const [first, ...rest] = behind.hops;
    return journey([reachedBy(first, record, performance.now() - calledMs), ...rest], behind.error);
  } catch (error) {
    return journey([], errorOf(error, `${identity.service} → ${next.service}`, record));
  }
}

interface Behind {
  readonly hops: readonly [Hop, ...Hop[]];
  readonly error?: JourneyError;
}

/** Reads a journey, or a single hop, as another service of the lab sends it. */
export function journeyOf(json: unknown): Behind | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if (isHop(json)) return { hops: [json] };
  const { hops, error } = json as { hops?: unknown; error?: JourneyError };
  if (!Array.isArray(hops) || hops.length > 8 || !hops.every((hop) => isHop(hop))) return undefined;
  const [first, ...rest] = hops;
  if (first === undefined) return undefined;
  return { hops: [first, ...rest], ...(error === undefined ? {} : { error }) };
}

function isHop(value: unknown): value is Hop {
  const hop = value as Partial<Record<keyof Hop, unknown>> | null;
  return (
    typeof hop === 'object' &&
    hop !== null &&
    [hop.service, hop.taskId, hop.zone, hop.address].every((text) => typeof text === 'string') &&
    typeof hop.reached === 'object' &&
    Array.isArray(hop.attempts)
  );
}

function reachedBy(hop: Hop, record: CallRecord, ms: number): Hop {
  const picked = record.attempts.at(-1)?.address ?? '';
  const reached = record.account === undefined ? hop.reached : { ...record.account, picked };
  return { ...hop, reached, attempts: record.attempts, ms: roundMs(ms) };
}

const TIMED_OUT = new Set(['PEER_TIMED_OUT', 'DISCOVERY_DNS_TIMED_OUT']);

function errorOf(error: unknown, call: string, { account, attempts }: CallRecord): JourneyError {
  const known = error instanceof KitError;
  const code = known ? error.code : 'PEER_UNREACHABLE';
  return {
    status: TIMED_OUT.has(code) ? 504 : 502,
    code,
    call,
    detail: known ? error.message : `The call ${call} failed unexpectedly.`,
    ...(account === undefined ? {} : { account }),
    attempts,
  };
}
