import type { Context } from '../context.ts';
import type { Assembly } from './assembly.ts';
import { cliFlags, targetArgs } from './aws.ts';
import type { AwsTarget } from './aws.ts';
import { besideStacks, deleteAnalyses } from './beside-stacks.ts';
import { asSentence, buildProgress, failureInWords } from './cdk/progress.ts';
import { runCdk } from './cdk/run-cdk.ts';
import { confirmed } from './confirm.ts';
import type { Ask } from './confirm.ts';
import { deleteDiscoveryServices } from './discovery-services.ts';
import { deployErrors } from './errors.ts';
import { throwIfInterrupted } from './interrupted.ts';
import { deleteLogGroups, logGroupsNamed } from './log-groups.ts';
import { deleteStack, deletionFailure } from './stacks.ts';
import type { ExistingStack } from './stacks.ts';

/** After an interruption. */
const next = 'run this again';

export interface Destruction {
  readonly assembly: Assembly;
  readonly target: AwsTarget;
  /** False: somebody has said yes before. */
  readonly isAsked: boolean;
  readonly ask: Ask;
}

/**
 * Names what there is of the app beside these stacks, asks, and deletes all of it.
 * @throws LabError LAB_STACK_BUSY, LAB_CONFIRMATION_IMPOSSIBLE, LAB_NOT_CONFIRMED, LAB_DESTROY_FAILED
 */
export async function destroyStacks(
  stacks: readonly ExistingStack[],
  destruction: Destruction,
  context: Context,
): Promise<void> {
  const { assembly, target } = destruction;
  refuseBusy(target, stacks);
  const { logGroups, paths, namespaces } = await besideStacks(target, stacks);
  const logGroupsThere = await logGroupsNamed(target, logGroups);
  if (logGroupsThere.length > 0) context.note(`log groups that AWS made for them: ${logGroupsThere.join(', ')}`);
  if (destruction.isAsked) {
    const which = stacks.length === 1 ? 'this stack' : `these ${stacks.length} stacks`;
    const logs = logGroupsThere.length === 0 ? '' : ', with these log groups';
    const question = `Destroy ${which} and all that is in ${stacks.length === 1 ? 'it' : 'them'}${logs}?`;
    await confirmed(destruction.ask, { noun: 'destruction', participle: 'destroyed', question }, context.signal);
  }
  const analyses = await deleteAnalyses(target, paths).catch((error: unknown) => {
    throw deployErrors.destroyFailed(
      `What was analysed on the reachability paths is not deleted (${reasonOf(error)}).`,
    );
  });
  if (analyses > 0) context.note(`✓ ${analyses} reachability ${analyses === 1 ? 'analysis' : 'analyses'}: destroyed`);
  const isPlanned = ({ name }: ExistingStack): boolean => assembly.stacks.some((planned) => planned.name === name);
  await deleteOrphans(
    target,
    stacks.filter((stack) => !isPlanned(stack)),
    context,
  );
  await destroyPlanned(
    stacks.filter(isPlanned).map(({ name }) => name),
    namespaces,
    destruction,
    context,
  );
  for (const name of await deleteLogGroups(target, logGroups)) context.note(`✓ log group ${name}: destroyed`);
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
      const failed = await deletionFailure(target, name).catch(() => undefined);
      throw deployErrors.destroyFailed(
        failed === undefined ? `${name} is not deleted (${reasonOf(error)}).` : failureInWords(failed),
      );
    }
    context.note(`✓ ${name}: destroyed`);
  }
}

/** @throws LabError LAB_DESTROY_FAILED */
async function destroyPlanned(
  names: readonly string[],
  namespaces: readonly string[],
  { assembly: { directory }, target }: Destruction,
  context: Context,
): Promise<void> {
  if (names.length === 0) return;
  const complaint = await runDestroy(names, directory, target, context);
  if (complaint === undefined) return;
  // What most often keeps a stack are discovery services that ECS left in a namespace.
  const deleted = await deleteDiscoveryServices(target, namespaces);
  if (deleted.length === 0) throw deployErrors.destroyFailed(complaint);
  context.note(`deleted what ECS left in Cloud Map: ${deleted.join(', ')}; once more`);
  const again = await runDestroy(names, directory, target, context);
  if (again !== undefined) throw deployErrors.destroyFailed(again);
}

/** Gives what failed, in a sentence; undefined when all stacks are gone. */
async function runDestroy(
  names: readonly string[],
  directory: string,
  target: AwsTarget,
  context: Context,
): Promise<string | undefined> {
  const progress = buildProgress();
  const exitCode = await runCdk({
    // By name and without what depends on them: nothing is deleted that was not asked about.
    args: ['destroy', ...names, '--exclusively', '--force', '--app', directory, ...targetArgs(target)],
    environment: context.environment,
    signal: context.signal,
    onLine: (line) => progress.take(line, performance.now()).forEach(context.note),
  });
  throwIfInterrupted(context, next);
  if (exitCode === 0) return undefined;
  const failed = progress.firstFailure();
  return failed === undefined ? `The CDK stopped: ${asSentence(progress.complaint())}` : failureInWords(failed);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
