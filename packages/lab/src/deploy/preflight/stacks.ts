import { cliFlags } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import type { ExistingStack } from '../stacks.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'stacks';

/** What is there of the stacks that are to be deployed, and what CloudFormation would refuse to do with it. */
export function checkStacks(
  target: AwsTarget,
  existing: readonly ExistingStack[],
  wanted: readonly string[],
): Finding[] {
  const ours = existing.filter((stack) => wanted.includes(stack.name));
  const troubles = ours.flatMap((stack) => troubleOf(target, stack) ?? []);
  return troubles.length > 0 ? troubles : [ok(name, whatIsThere(ours, wanted))];
}

/** Whether a stack holds what it was made for, rather than the remains of an attempt. */
export function isStanding({ status }: ExistingStack): boolean {
  return !/^(REVIEW_|ROLLBACK_|DELETE_|CREATE_FAILED)/.test(status);
}

/** Whether a stack may hold resources, be they whole or not. */
export function hasBegun({ status }: ExistingStack): boolean {
  return status !== 'REVIEW_IN_PROGRESS' && status !== 'ROLLBACK_COMPLETE';
}

function whatIsThere(existing: readonly ExistingStack[], wanted: readonly string[]): string {
  const there = existing.filter((stack) => isStanding(stack)).length;
  if (there === 0) return `none of the ${wanted.length} is there yet`;
  return there === wanted.length
    ? `all ${there} are there already, so this is an update`
    : `${there} of the ${wanted.length} ${there === 1 ? 'is' : 'are'} there already`;
}

/** Source: CloudFormation user guide, Stack status codes; what is deleted first is what the CDK's command line deletes. */
function troubleOf(target: AwsTarget, { name: stack, status, reason }: ExistingStack): Finding | undefined {
  const aws = (verb: string) => `"aws cloudformation ${verb} --stack-name ${stack}${cliFlags(target)}"`;
  const why = reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`;
  if (status === 'REVIEW_IN_PROGRESS' || /^(CREATE|UPDATE|IMPORT)(_ROLLBACK)?_COMPLETE$/.test(status)) return undefined;
  if (status === 'DELETE_IN_PROGRESS')
    return failure(name, `${stack} is being deleted: wait until it is gone, then run this again.`);
  if (status.endsWith('_IN_PROGRESS'))
    return failure(
      name,
      `${stack} is in ${status}, as another deployment is under way or an interrupted one goes on: wait until ${aws('describe-stacks')} says that it is complete, then run this again.`,
    );
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED')
    return warning(
      name,
      `${stack} could not be created the last time: what is left of it is deleted first, then it is made anew.`,
    );
  if (status === 'DELETE_FAILED')
    return failure(name, `${stack} could not be deleted${why}: take away what is left with "pnpm run destroy" first.`);
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return failure(
      name,
      `${stack} could not go back to what it was${why}: mend that, run ${aws('continue-update-rollback')} and, when it is done, this again.`,
    );
  if (status === 'CREATE_FAILED' || status === 'UPDATE_FAILED')
    return failure(
      name,
      `${stack} stopped halfway, as somebody had switched its rollback off${why}: run ${aws('rollback-stack')} and, when it is done, this again.`,
    );
  return failure(
    name,
    `${stack} is in ${status}${why}, in which CloudFormation changes nothing: see its events in the console.`,
  );
}
