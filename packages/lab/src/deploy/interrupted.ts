import type { Context } from '../context.ts';

/** @throws the signal's reason, after saying what an interruption does not stop and what to do after that. */
export function throwIfInterrupted({ signal, note }: Context, next: string): void {
  if (signal.aborted)
    note(`interrupted; what CloudFormation has begun goes on without this command: when it is done, ${next}`);
  signal.throwIfAborted();
}
