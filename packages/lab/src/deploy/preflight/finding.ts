import type { Colors } from '../../context.ts';

/** What one check found: a mark and one sentence, which for a failure says what to do. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failure' | 'skipped';
  readonly sentence: string;
}

export const ok = (name: string, sentence: string): Finding => ({ name, state: 'ok', sentence });
export const warning = (name: string, sentence: string): Finding => ({ name, state: 'warning', sentence });
export const failure = (name: string, sentence: string): Finding => ({ name, state: 'failure', sentence });
export const skipped = (name: string, sentence: string): Finding => ({ name, state: 'skipped', sentence });

export function findingLine({ name, state, sentence }: Finding, colors: Colors): string {
  const marks = {
    ok: colors.green('✓'),
    warning: colors.yellow('!'),
    failure: colors.red('✗'),
    skipped: colors.dim('–'),
  };
  return `${marks[state]} ${name}: ${sentence}`;
}
