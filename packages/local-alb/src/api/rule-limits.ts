import { type ActionSurroundings, BlueprintError, checkAction, checkRule, type Rule } from '@switchyard/blueprint';
import { AwsApiError } from '@switchyard/local-aws-endpoint';
import { invalid } from './input.ts';

/** Throws what CreateRule and ModifyRule answer for a rule that AWS refuses. */
export function requireValidRule(rule: Rule, around: ActionSurroundings): void {
  requireValidAction(rule, around);
  const problem = asInvalid(() => checkRule(rule));
  if (problem !== undefined) throw invalid(problem);
}

/** Throws what the API answers for an action that AWS refuses. */
export function requireValidAction({ action }: Pick<Rule, 'action'>, around: ActionSurroundings): void {
  const problem = checkAction(action, around);
  if (problem !== undefined) throw new AwsApiError(problem.code, problem.sentence);
}

/** What cannot be compiled is a `ValidationError`. */
export function asInvalid<Value>(compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (error instanceof BlueprintError) throw invalid(error.message);
    throw error;
  }
}
