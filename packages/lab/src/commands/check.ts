import type { Context } from '../context.ts';
import { labErrors } from '../errors.ts';
import { loopback, portsOf } from '../settings.ts';
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
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw labErrors.urlInvalid(url);
  const { colors } = context;
  const outcomes = await keepPromises(url, context.signal, ({ title, kept, seen }) => {
    if (options.json === true) context.print(JSON.stringify({ title, kept, seen }));
    else context.print(`${kept ? colors.green('✓') : colors.red('✗')} ${title}  ${colors.dim(seen)}`);
  });
  const failed = outcomes.filter(({ kept }) => !kept).length;
  if (failed > 0) throw labErrors.checkFailed(failed, outcomes.length);
}
