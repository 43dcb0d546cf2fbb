import type { Assembly } from '../assembly.ts';
import { cliFlags } from '../aws.ts';
import type { AwsTarget } from '../aws.ts';
import { applicationOf, ownTag } from '../own-stacks.ts';
import type { StacksThere } from '../own-stacks.ts';
import { failure, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'stacks';

/** Stacks that stand in the way of a deployment, as others made them, and those that it would leave behind. */
export function checkOtherStacks(
  target: AwsTarget,
  { own, foreign }: StacksThere,
  { stacks }: Pick<Assembly, 'stacks'>,
): Finding[] {
  const isPlanned = (stack: { readonly name: string }): boolean =>
    stacks.some((planned) => planned.name === stack.name);
  return [
    ...foreign
      // That state is one without any resource.
      .filter((stack) => isPlanned(stack) && stack.status !== 'REVIEW_IN_PROGRESS')
      .map((stack) =>
        failure(
          name,
          `There is a ${stack.name} that lacks the tag ${ownTag.key}=${applicationOf(stack.name, stacks)}, so something else made it, and this deployment would replace what is in it: choose another region with --region or another account with --profile, or delete it.`,
        ),
      ),
    ...own
      .filter((stack) => !isPlanned(stack))
      .map((stack) =>
        warning(
          name,
          `${stack.name} was deployed with other switches and is no part of this deployment, so it stays and goes on costing money: give its switch again, or delete it with "aws cloudformation delete-stack --stack-name ${stack.name}${cliFlags(target)}" or, with everything else, "pnpm run destroy".`,
        ),
      ),
  ];
}
