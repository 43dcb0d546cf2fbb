import { AwsApiError } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount, RecordedStack } from './account.ts';

/** A stack that is changing, and one that failed in certain ways, takes no change set; in AWS's words. */
export function refuseChange(account: RecordedAccount, stack: RecordedStack | undefined, type: string): void {
  if (stack === undefined) return;
  if (stack.name === account.overtaken) stack.status = 'UPDATE_IN_PROGRESS';
  const { id, status } = stack;
  if (status === 'REVIEW_IN_PROGRESS' || (type === 'CREATE' && status === 'DELETE_COMPLETE')) return;
  if (/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status)) return;
  throw new AwsApiError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
}

/** Source: https://repost.aws/knowledge-center/ecs-service-stuck-update-status. */
export function refuseDeletion(stack: RecordedStack | undefined): void {
  if (stack === undefined || !/^UPDATE_(.*_)?IN_PROGRESS$/.test(stack.status)) return;
  throw new AwsApiError('ValidationError', `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`);
}
