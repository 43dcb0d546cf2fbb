import { readBlueprint } from '@switchyard/blueprint';

import type { Context } from '../context.ts';
import { accountOf } from '../deploy/account.ts';
import { bootstrapAssets } from '../deploy/bootstrap-assets.ts';
import { destroyStacks } from '../deploy/destruction.ts';
import { deployErrors } from '../deploy/errors.ts';
import { leftOver } from '../deploy/left-over.ts';
import { applicationOf, ownStackNames, ownTag, stacksThere } from '../deploy/own-stacks.ts';
import type { SwitchOptions } from '../deploy/switches.ts';
import { synthesized } from '../deploy/synthesized.ts';
import type { DeployTools } from './deploy.ts';

export interface DestroyOptions extends SwitchOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
}

/** `lab destroy`: asks, deletes every stack of the app in reverse order, then lists what is left that may cost money. */
export async function destroy(
  options: DestroyOptions,
  context: Context,
  tools: Pick<DeployTools, 'ask'>,
): Promise<void> {
  await using made = await synthesized(options, context);
  const { directory, stacks } = made.assembly;
  const blueprint = await readBlueprint(directory);
  const { target, identity } = await accountOf(options, context);
  const { own, foreign } = await stacksThere(target, made.assembly);
  for (const { name } of foreign)
    context.note(
      `${name}: left alone, as it lacks the tag ${ownTag.key}=${applicationOf(name, stacks)}, so something else made it`,
    );
  if (own.length > 0) {
    context.note(`account ${identity.accountId}, ${target.region}: ${own.map(({ name }) => name).join(', ')}`);
    const isAsked = options.yes !== true;
    await destroyStacks(own, { assembly: made.assembly, target, isAsked, ask: tools.ask }, context);
  }
  const names = new Set([...stacks.map(({ name }) => name), ...ownStackNames]);
  foreign.forEach(({ name }) => names.delete(name));
  const clusters = blueprint.clusters.map(({ name }) => name);
  const left = await leftOver(target, { stackNames: [...names], clusters });
  const assets = await bootstrapAssets(target, identity.accountId, made.assembly);
  if (left.length === 0) {
    const but = assets.length === 0 ? '' : " but what the CDK's bootstrap keeps:";
    context.print(
      `${own.length === 0 ? 'nothing was there, and' : 'destroyed;'} nothing is left that costs money${but}`,
    );
  } else {
    context.print('left, and perhaps costing money:');
    for (const what of left) context.print(`  ${what}`);
    if (assets.length > 0) context.print("and what the CDK's bootstrap keeps:");
  }
  for (const line of assets) context.print(`  ${line}`);
  if (left.length > 0) throw deployErrors.leftOver(left.length);
}
