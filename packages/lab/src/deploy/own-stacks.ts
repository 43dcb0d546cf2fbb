import type { Assembly } from './assembly.ts';
import type { AwsTarget } from './aws.ts';
import { existingStacks } from './stacks.ts';
import type { ExistingStack } from './stacks.ts';

/** Every stack that the CDK app makes, with whatever switches. */
export const ownStackNames: readonly string[] = [
  'Switchyard-Network',
  'Switchyard-Platform',
  'Switchyard-Services',
  'Switchyard-Observability',
  'Switchyard-Reachability',
  'Switchyard-NetworkModes',
];

/** What the CDK app writes on each of its stacks. */
export const ownTag = { key: 'Application', value: 'switchyard' } as const;

/** The application whose tag tells its stacks from others of the same name; undefined when an assembly of another app gives none. */
export function applicationOf(name: string, stacks: Assembly['stacks']): string | undefined {
  const planned = stacks.find((stack) => stack.name === name);
  return planned === undefined ? ownTag.value : planned.tags[ownTag.key];
}

function isOwn({ name, tags }: ExistingStack, stacks: Assembly['stacks']): boolean {
  const application = applicationOf(name, stacks);
  return application === undefined || tags[ownTag.key] === application;
}

export interface StacksThere {
  readonly own: readonly ExistingStack[];
  /** Called like a stack of the app and made by something else: never to be touched. */
  readonly foreign: readonly ExistingStack[];
}

/** What is there under the names of the CDK app's stacks and of the assembly's. */
export async function stacksThere(target: AwsTarget, { stacks }: Pick<Assembly, 'stacks'>): Promise<StacksThere> {
  const names = [...new Set([...stacks.map(({ name }) => name), ...ownStackNames])];
  const { true: own = [], false: foreign = [] } = Object.groupBy(
    await existingStacks(target, names),
    (stack) => `${isOwn(stack, stacks)}` as const,
  );
  return { own, foreign };
}
