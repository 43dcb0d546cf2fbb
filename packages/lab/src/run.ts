import { CommanderError } from 'commander';

import type { Context } from './context.ts';
import { buildProgram } from './program.ts';

/** Runs one command line; gives the exit code. What the user can act on is one sentence on the error stream. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const program = buildProgram(context);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (isAbort(error) && context.signal.aborted) return 130;
    for (const line of sentencesOf(error)) context.note(line);
    return 1;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Errors of this project carry a code and one sentence; anything else is a defect of the lab, shown whole. */
function sentencesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  if (error instanceof AggregateError) return error.errors.flatMap(sentencesOf);
  if (error instanceof SuppressedError)
    return isAbort(error.suppressed)
      ? sentencesOf(error.error)
      : [...sentencesOf(error.suppressed), ...sentencesOf(error.error)];
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^(LAB|BLUEPRINT|LOCAL)_/.test(code)) return [error.message];
  return [error.stack ?? error.message];
}
