import type pc from 'picocolors';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Colors = ReturnType<typeof pc.createColors>;

/** What a command may touch of its process. `main.ts` makes the real one; tests make their own. */
export interface Context {
  readonly environment: Environment;
  /** Results: what a pipe receives. */
  readonly print: (line: string) => void;
  /** Progress and errors. */
  readonly note: (line: string) => void;
  /** Colours of results: real on a terminal, identity elsewhere. */
  readonly colors: Colors;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}
