import { setTimeout as delay } from 'node:timers/promises';

import { request } from 'undici';

export interface AnsweringLimits {
  readonly attemptsMax: number;
  readonly pauseMs: number;
}

/** A new load balancer's name takes a minute or so to be known everywhere. */
const patience: AnsweringLimits = { attemptsMax: 60, pauseMs: 3000 };
const attemptTimeoutMs = 5000;

/** Waits until anything answers at the URL, whatever it says. False when nothing does in time. */
export async function untilAnswering(
  url: string,
  signal: AbortSignal,
  { attemptsMax, pauseMs }: AnsweringLimits = patience,
): Promise<boolean> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    signal.throwIfAborted();
    const isAnswered = await request(url, {
      headersTimeout: attemptTimeoutMs,
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]),
    }).then(
      async ({ body }) => {
        await body.dump();
        return true;
      },
      () => false,
    );
    if (isAnswered) return true;
    if (attempt < attemptsMax) await delay(pauseMs, undefined, { signal });
  }
  return false;
}
