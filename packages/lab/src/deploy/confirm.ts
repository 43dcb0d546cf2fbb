import { createInterface } from 'node:readline/promises';

import { deployErrors } from './errors.ts';

/** How a command asks: `undefined` where nobody is there to answer. */
export type Ask = ((question: string, signal: AbortSignal) => Promise<string>) | undefined;

/** Asks on the terminal; undefined when standard input or the error stream is not one. */
export function askOnTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question, signal) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await lines.question(question, { signal });
    } finally {
      lines.close();
    }
  };
}

/**
 * Goes on only after a yes.
 * @throws LabError LAB_CONFIRMATION_IMPOSSIBLE, LAB_NOT_CONFIRMED
 */
export async function confirmed(
  ask: Ask,
  what: { readonly noun: string; readonly participle: string; readonly question: string },
  signal: AbortSignal,
): Promise<void> {
  if (ask === undefined) throw deployErrors.confirmationImpossible(what.noun);
  const answer = await ask(`${what.question} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw deployErrors.notConfirmed(what.participle);
}
