import type { RetryPolicy } from './policy.ts';

/** How one attempt ended without a response that can be passed on. */
export type Failure =
  | { readonly kind: 'connect-failure'; readonly reason: string }
  | { readonly kind: 'connect-timeout' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'protocol-error' }
  | { readonly kind: 'status'; readonly statusCode: number };

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether a request is tried again after `attempts` attempts, the last of which ended in `failure`. */
export function isRetried(
  failure: Failure,
  attempts: number,
  request: { readonly method: string; readonly isReplayable: boolean },
  policy: RetryPolicy,
): boolean {
  if (attempts > policy.countMax || !request.isReplayable) return false;
  if (failure.kind === 'status') return policy.statusCodes.includes(failure.statusCode);
  if (failure.kind === 'protocol-error') return false;
  if (failure.kind === 'reset' && policy.onReset !== 'always') {
    return policy.onReset === 'idempotent' && idempotentMethods.has(request.method);
  }
  return true;
}

/** The pause before the next attempt, after `attempts` attempts. `random` is in [0, 1). */
export function backoffMs(attempts: number, random: number, policy: RetryPolicy): number {
  return Math.floor(random * Math.min(policy.backoffBaseMs * (2 ** attempts - 1), policy.backoffMaxMs));
}
