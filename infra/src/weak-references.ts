import { CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

// Stacks are updated before those that use them, and CloudFormation keeps an export as long as it is imported. What a switch takes away is
// therefore read weakly, by the output's name. A stack whose template stays the same is not updated and would keep an old value: what
// changes by being replaced needs a logical id that changes, too.

/** Says of a resource that a switch can take it away again, while stacks that use it still stand. */
export function comesAndGoes(resource: IConstruct): void {
  CrossStackReferences.of(resource).produce(ReferenceStrength.WEAK);
}

/** Says of a stack that it holds up no other: what it refers to may go before it. Call it before the stack has children. */
export function holdsNothing(stack: Stack): void {
  CrossStackReferences.of(stack).consume(ReferenceStrength.WEAK);
}
