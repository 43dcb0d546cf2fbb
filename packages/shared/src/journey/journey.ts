import type { Attempt } from '../discovery/try.ts';
import type { Account } from '../discovery/finding.ts';
import type { Mechanism } from '../discovery/mechanism.ts';
import type { Identity } from '../identity/identity.ts';

/** How a request came to a service. */
export type Reached =
  | { readonly by: 'load-balancer'; readonly route: string }
  | { readonly by: 'direct'; readonly from: string }
  | (Account & { readonly picked: string });

/** One service that took part: who answered, how it was reached, and how long that took as its caller saw it. */
export interface Hop {
  readonly service: string;
  readonly taskId: string;
  readonly taskDefinition: string;
  readonly zone: string;
  readonly address: string;
  readonly reached: Reached;
  readonly attempts: readonly Attempt[];
  readonly ms: number;
}

/** Why a journey ended early: which call failed, in plain words. */
export interface JourneyError {
  readonly status: 502 | 504;
  readonly code: string;
  /** `api → worker` */
  readonly call: string;
  readonly detail: string;
  /** How the failed hop was found, as far as that went. */
  readonly account?: Account;
  readonly attempts: readonly Attempt[];
}

/** The record of one request: its hops in order. Nothing is stored; the answer is the record. */
export interface Journey {
  /** How api found worker. */
  readonly via: Mechanism;
  readonly traceId: string;
  readonly ms: number;
  readonly hops: readonly Hop[];
  readonly error?: JourneyError;
}

/** The part of a hop that a service says of itself. */
export function hopOf(identity: Identity, reached: Reached, ms: number, attempts: readonly Attempt[] = []): Hop {
  const { service, taskId, taskDefinition, zone, address } = identity;
  return { service, taskId, taskDefinition, zone, address, reached, attempts, ms: roundMs(ms) };
}

export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}
