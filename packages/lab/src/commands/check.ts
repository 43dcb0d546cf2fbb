import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import { loopback, portsOf } from '../settings.ts';
import type { Outcome } from '../smoke/keep-promises.ts';
import { keepPromises } from '../smoke/keep-promises.ts';

export interface CheckOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/**
 * `lab check`: the smoke test, one line per promise.
 * @throws LabError LAB_CHECK_FAILED when one does not hold
 */
export async function check(options: CheckOptions, context: Context): Promise<void> {
  const url = options.url ?? `http://${loopback}:${portsOf({}, context.environment).http}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw labErrors.loadBalancerUrlInvalid(url);
  const outcomes = await tried(url, options, context);
  const failed = outcomes.filter(({ kept }) => !kept).length;
  if (failed > 0) throw labErrors.checkFailed(failed, outcomes.length);
}

/** The same promises as the last step of a deployment: prints a line each; true when all hold. */
export async function smokeTest(url: string, context: Context): Promise<boolean> {
  return (await tried(url, {}, context)).every(({ kept }) => kept);
}

async function tried(url: string, { json }: CheckOptions, { colors, print, signal }: Context): Promise<Outcome[]> {
  return await keepPromises(url, signal, ({ title, kept, seen }) => {
    if (json === true) print(JSON.stringify({ title, kept, seen }));
    else print(`${kept ? colors.green('✓') : colors.red('✗')} ${title}  ${colors.dim(seen)}`);
  });
}
