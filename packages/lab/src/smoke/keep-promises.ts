import { buildAsk } from './ask.ts';
import { promises } from './promises.ts';

export interface Outcome {
  readonly title: string;
  readonly kept: boolean;
  readonly seen: string;
}

/** Tries every promise in turn and tells each outcome as it is known. Stops early only when the signal aborts. */
export async function keepPromises(
  url: string,
  signal: AbortSignal,
  tell: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const ask = buildAsk(url);
  const outcomes: Outcome[] = [];
  for (const { title, keep } of promises) {
    signal.throwIfAborted();
    const outcome = await keep(ask).then(
      (seen): Outcome => ({ title, kept: true, seen }),
      (error: unknown): Outcome => ({ title, kept: false, seen: reasonOf(error) }),
    );
    tell(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** A refused connection has no message of its own, only causes. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
