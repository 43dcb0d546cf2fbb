import type { Ask } from './ask.ts';

/** One thing that the lab promises to somebody with `curl`. */
export interface LabPromise {
  /** A sentence in the present tense. */
  readonly title: string;
  /** Resolves to what was seen, in words; throws {@link Broken} when the promise does not hold. */
  readonly keep: (ask: Ask) => Promise<string>;
}

/** The promise does not hold; the message says what was seen instead. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws Broken with `seen` unless the condition holds */
export function holds(condition: boolean, seen: string): asserts condition {
  if (!condition) throw new Broken(seen);
}
