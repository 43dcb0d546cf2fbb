import { readBlueprint } from '@switchyard/blueprint';
import type { Blueprint } from '@switchyard/blueprint';

import type { Context } from '../context.ts';
import { cliFlags, regionOf } from '../deploy/aws.ts';
import type { AwsTarget } from '../deploy/aws.ts';
import { asSentence, buildProgress, failureInWords } from '../deploy/cdk/progress.ts';
import { runCdk } from '../deploy/cdk/run-cdk.ts';
import { deleteDiscoveryServices, deleteLogGroups } from '../deploy/clean-up.ts';
import { confirmed } from '../deploy/confirm.ts';
import { deployErrors } from '../deploy/errors.ts';
import { leftOver } from '../deploy/left-over.ts';
import { checkCredentials } from '../deploy/preflight/credentials.ts';
import type { Identity } from '../deploy/preflight/credentials.ts';
import { deleteStack, existingStacks } from '../deploy/stacks.ts';
import type { ExistingStack } from '../deploy/stacks.ts';
import type { SwitchOptions } from '../deploy/switches.ts';
import { synthesized } from '../deploy/synthesized.ts';
import { targetArgs, throwIfInterrupted } from './deploy.ts';
import type { DeployTools } from './deploy.ts';

export interface DestroyOptions extends SwitchOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
}

/** Every stack of the CDK app is called so, with whatever switches it was deployed. */
const stackPrefix = 'Switchyard-';

/** After an interruption. */
const next = 'run this again';

/** `lab destroy`: asks, deletes every stack in reverse order, then lists what is left that may cost money. */
export async function destroy(
  options: DestroyOptions,
  context: Context,
  tools: Pick<DeployTools, 'ask'>,
): Promise<void> {
  await using made = await synthesized(options, context);
  const { directory, stacks } = made.assembly;
  const blueprint = await readBlueprint(directory);
  const names = stacks.map(({ name }) => name);
  const { target, identity } = await accountOf(options, context);
  const existing = await existingStacks(target, names, stackPrefix);
  if (existing.length > 0) {
    context.note(`account ${identity.accountId}, ${target.region}: ${existing.map(({ name }) => name).join(', ')}`);
    refuseBusy(target, existing);
    if (options.yes !== true) {
      const question = `Destroy ${existing.length === 1 ? 'this stack' : `these ${existing.length} stacks`} and all that is in them?`;
      await confirmed(tools.ask, { noun: 'destruction', participle: 'destroyed', question }, context.signal);
    }
    await deleteOrphans(
      target,
      existing.filter(({ name }) => !names.includes(name)),
      context,
    );
    await destroyStacks(directory, target, blueprint, context);
  }
  const clusters = blueprint.clusters.map(({ name }) => `/aws/ecs/containerinsights/${name}/`);
  for (const name of await deleteLogGroups(target, [...clusters, `/aws/lambda/${stackPrefix}`]))
    context.note(`✓ log group ${name}: destroyed`);
  const left = await leftOver(target, [...new Set([...names, ...existing.map(({ name }) => name)])], stackPrefix);
  if (left.length === 0) {
    context.print(
      existing.length === 0
        ? 'nothing was there, and nothing is left that costs money'
        : 'destroyed; nothing is left that costs money',
    );
    return;
  }
  context.print('left, and perhaps costing money:');
  for (const what of left) context.print(`  ${what}`);
  throw deployErrors.leftOver(left.length);
}

/** @throws LabError LAB_CREDENTIALS_UNUSABLE */
export async function accountOf(
  { profile, region }: { readonly profile?: string; readonly region?: string },
  context: Context,
): Promise<{ target: AwsTarget; identity: Identity }> {
  const found = await regionOf({ profile, region }, context.environment);
  if (found === undefined)
    throw deployErrors.credentialsUnusable(
      'No region is set: name one with --region, AWS_REGION or "aws configure set region".',
    );
  const target = { region: found, profile };
  const { finding, identity } = await checkCredentials(target);
  if (identity === undefined) throw deployErrors.credentialsUnusable(finding.sentence);
  return { target, identity };
}

/**
 * CloudFormation deletes a stack that is being created, but none that is being updated.
 * @throws LabError LAB_STACK_BUSY
 */
function refuseBusy(target: AwsTarget, stacks: readonly ExistingStack[]): void {
  const busy = stacks.find(({ status }) => /^UPDATE_(.*_)?IN_PROGRESS$/.test(status));
  if (busy !== undefined) throw deployErrors.stackBusy(busy.name, busy.status, cliFlags(target));
}

/** Stacks of other switches (network modes, say) use what the others export, so they go first, the newest before the older. */
async function deleteOrphans(target: AwsTarget, orphans: readonly ExistingStack[], context: Context): Promise<void> {
  for (const { name } of orphans.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())) {
    context.note(`${name}: destroying (made with other switches)`);
    try {
      await deleteStack(target, name, context.signal);
    } catch (error) {
      throwIfInterrupted(context, next);
      throw deployErrors.destroyFailed(
        `${name} is not deleted (${error instanceof Error ? error.name : String(error)}).`,
      );
    }
    context.note(`✓ ${name}: destroyed`);
  }
}

/** @throws LabError LAB_DESTROY_FAILED */
async function destroyStacks(
  directory: string,
  target: AwsTarget,
  blueprint: Blueprint,
  context: Context,
): Promise<void> {
  const complaint = await destroyAll(directory, target, context);
  if (complaint === undefined) return;
  // What most often keeps a stack are discovery services that ECS left in a namespace.
  const deleted = await deleteDiscoveryServices(
    target,
    blueprint.namespaces.map(({ name }) => name),
  );
  if (deleted.length === 0) throw deployErrors.destroyFailed(complaint);
  context.note(`deleted what ECS left in Cloud Map: ${deleted.join(', ')}; once more`);
  const again = await destroyAll(directory, target, context);
  if (again !== undefined) throw deployErrors.destroyFailed(again);
}

/** Gives what failed, in a sentence; undefined when all stacks are gone. */
async function destroyAll(directory: string, target: AwsTarget, context: Context): Promise<string | undefined> {
  const progress = buildProgress();
  const exitCode = await runCdk({
    args: ['destroy', '--all', '--force', '--app', directory, ...targetArgs(target)],
    environment: context.environment,
    signal: context.signal,
    onLine: (line) => progress.take(line, performance.now()).forEach(context.note),
  });
  throwIfInterrupted(context, next);
  if (exitCode === 0) return undefined;
  const failed = progress.firstFailure();
  return failed === undefined ? `The CDK stopped: ${asSentence(progress.complaint())}` : failureInWords(failed);
}
