import type { Context } from '../context.ts';
import { accountOf } from '../deploy/account.ts';
import { targetArgs } from '../deploy/aws.ts';
import { asSentence } from '../deploy/cdk/progress.ts';
import { runCdk } from '../deploy/cdk/run-cdk.ts';
import { deployErrors } from '../deploy/errors.ts';
import type { SwitchOptions } from '../deploy/switches.ts';
import { synthesized } from '../deploy/synthesized.ts';

export interface DiffOptions extends SwitchOptions {
  readonly profile?: string;
  readonly region?: string;
}

/** `lab diff`: what a deployment would change, template against template; creates nothing, not even a change set. */
export async function diff(options: DiffOptions, context: Context): Promise<void> {
  await using made = await synthesized(options, context);
  const { target } = await accountOf(options, context);
  let last = '';
  const exitCode = await runCdk({
    args: ['diff', '--app', made.assembly.directory, '--method', 'template', ...targetArgs(target)],
    environment: context.environment,
    signal: context.signal,
    onLine: (line) => {
      if (line.trim() !== '') last = line.trim();
      context.print(line);
    },
  });
  context.signal.throwIfAborted();
  if (exitCode !== 0) throw deployErrors.diffFailed(`The CDK could not compare: ${asSentence(last)}`);
}
