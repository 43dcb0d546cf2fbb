import pc from 'picocolors';

import type { Context, Environment } from '../../src/context.ts';

export interface RecordingContext extends Context {
  readonly printed: readonly string[];
  readonly noted: readonly string[];
}

/** A context without colours that keeps what a command writes. */
export function recordingContext(
  environment: Environment = {},
  signal: AbortSignal = new AbortController().signal,
): RecordingContext {
  const printed: string[] = [];
  const noted: string[] = [];
  return {
    environment,
    print: (line) => void printed.push(line),
    note: (line) => void noted.push(line),
    colors: pc.createColors(false),
    signal,
    printed,
    noted,
  };
}
