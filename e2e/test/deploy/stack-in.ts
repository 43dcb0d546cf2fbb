import type { RecordedAccount, RecordedOutput } from './recorded-aws/account.ts';

/** A stack that is there already, with one resource. */
export function stackIn(
  { stacks }: RecordedAccount,
  name: string,
  type: string,
  {
    properties = {},
    outputs = [],
    status = 'CREATE_COMPLETE',
    tags = { Application: 'switchyard' },
  }: {
    readonly properties?: object;
    readonly outputs?: readonly RecordedOutput[];
    readonly status?: string;
    /** By default those that the CDK app gives to its stacks. */
    readonly tags?: Readonly<Record<string, string>>;
  } = {},
): void {
  stacks.set(name, {
    id: `arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/1`,
    name,
    status,
    template: JSON.stringify({ Resources: { Any: { Type: type, Properties: properties } } }),
    templateObject: '',
    parameters: {},
    outputs,
    events: [],
    tags,
  });
}
