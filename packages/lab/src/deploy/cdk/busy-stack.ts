/** The stack that CloudFormation would not touch, and its state, from what the CDK repeats of it; undefined: it complains of something else. */
export function busyStackOf(complaint: string): { readonly stack: string; readonly status: string } | undefined {
  const [, stack, status] =
    /:stack\/([^/]+)\/\S* is in (\w+_IN_PROGRESS) state and can not be updated/.exec(complaint) ?? [];
  return stack === undefined || status === undefined ? undefined : { stack, status };
}
