import { randomUUID } from 'node:crypto';

import { AwsApiError } from '@switchyard/local-aws-endpoint';
import type { AwsApi, AwsInput } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount, RecordedStack } from './account.ts';
import { listImports } from './cross-stack.ts';
import { deleteStack, execute, resourcesOf } from './stack-engine.ts';
import { refuseChange, refuseDeletion } from './stack-states.ts';
import { resolvedParameters } from './stack-parameters.ts';
import type { Template } from './template-values.ts';

/**
 * CloudFormation as `cdk deploy` and `cdk destroy` use it. Change sets execute at once. Exports hold stacks together as on AWS:
 * importing what nobody exports fails a stack, an export that another stack imports cannot go or change, and neither can the stack be
 * deleted then. `Fn::GetStackOutput` holds nothing: it only needs the output to be there when it is read.
 */
export function cloudFormationApi(account: RecordedAccount): AwsApi {
  const operation = (name: string, run: (input: AwsInput) => Record<string, unknown>) =>
    [
      name,
      (input: AwsInput) => {
        account.calls.push(`cloudformation:${name} ${stackNameOf(input)}`.trimEnd());
        if (account.denied.includes(`cloudformation:${name}`))
          throw new AwsApiError('AccessDenied', `User is not authorized to perform: cloudformation:${name}`, 403);
        return run(input);
      },
    ] as const;
  return {
    service: 'cloudformation',
    protocol: { kind: 'query', xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' },
    operations: Object.fromEntries([
      operation('DescribeStacks', (input) => ({ Stacks: stacksOf(account, input).map((stack) => description(stack)) })),
      operation('ListStacks', () => ({
        StackSummaries: [...account.stacks.values()].map(({ id, name, status }) => ({
          StackId: id,
          StackName: name,
          StackStatus: status,
          CreationTime: new Date(0),
        })),
      })),
      operation('GetTemplate', (input) => ({ TemplateBody: stackOf(account, input).template })),
      operation('CreateChangeSet', (input) => createChangeSet(account, input)),
      operation('DescribeChangeSet', (input) => describeChangeSet(account, stackOf(account, input))),
      operation('DeleteChangeSet', (input) => {
        const stack = stackOf(account, input);
        delete stack.changeSet;
        return {};
      }),
      operation('ExecuteChangeSet', (input) => {
        execute(account, stackOf(account, input));
        return {};
      }),
      operation('DescribeStackEvents', (input) => ({ StackEvents: stackOf(account, input).events.toReversed() })),
      operation('DescribeStackResources', (input) => ({ StackResources: resourcesOf(stackOf(account, input)) })),
      operation('ListImports', (input) => ({ Imports: listImports(account, textOf(input['ExportName'])) })),
      operation('ListStackResources', (input) => ({ StackResourceSummaries: resourcesOf(stackOf(account, input)) })),
      operation('DeleteStack', (input) => {
        refuseDeletion(account.stacks.get(stackNameOf(input)));
        deleteStack(account, stackNameOf(input));
        return {};
      }),
    ]),
  };
}

/** Leaves of a form are text. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function stackNameOf(input: AwsInput): string {
  const name = textOf(input['StackName']);
  return /^arn:.*:stack\/([^/]+)\//.exec(name)?.[1] ?? name;
}

function stackOf(account: RecordedAccount, input: AwsInput): RecordedStack {
  const stack = account.stacks.get(stackNameOf(input));
  // Deleted stacks are still there by id, not by name.
  if (stack === undefined || (stack.status === 'DELETE_COMPLETE' && stack.id !== input['StackName'])) {
    throw new AwsApiError('ValidationError', `Stack with id ${textOf(input['StackName'])} does not exist`);
  }
  return stack;
}

function stacksOf(account: RecordedAccount, input: AwsInput): RecordedStack[] {
  if (input['StackName'] !== undefined) return [stackOf(account, input)];
  return [...account.stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
}

function description({ id, name, status, reason, parameters, resolved = {}, outputs, tags }: RecordedStack) {
  return {
    StackId: id,
    StackName: name,
    StackStatus: status,
    StackStatusReason: reason,
    CreationTime: new Date(0),
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
      ResolvedValue: resolved[ParameterKey],
    })),
    Outputs: outputs,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function createChangeSet(account: RecordedAccount, input: AwsInput) {
  const name = stackNameOf(input);
  const templateObject = new URL(textOf(input['TemplateURL'])).pathname.slice(1);
  if (!account.objects.has(templateObject))
    throw new AwsApiError('ValidationError', `S3 error: no object ${templateObject}`);
  // An empty list is written as an empty string.
  const given = (input['Parameters'] || []) as readonly { ParameterKey: string; ParameterValue?: string }[];
  const found = account.stacks.get(name);
  refuseChange(account, found, textOf(input['ChangeSetType']));
  const parameters = Object.fromEntries(
    given.map(({ ParameterKey, ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
  const stack: RecordedStack =
    found !== undefined && found.status !== 'DELETE_COMPLETE'
      ? found
      : {
          id: `arn:aws:cloudformation:${account.region}:${account.accountId}:stack/${name}/${randomUUID()}`,
          name,
          status: 'REVIEW_IN_PROGRESS',
          template: '{}',
          templateObject: '',
          parameters: {},
          outputs: [],
          events: [],
          tags: tagsOf(input),
        };
  account.stacks.set(name, stack);
  stack.changeSet = {
    id: `arn:aws:cloudformation:${account.region}:${account.accountId}:changeSet/${textOf(input['ChangeSetName'])}/${randomUUID()}`,
    createdAt: new Date(),
    type: textOf(input['ChangeSetType']),
    templateObject,
    parameters,
    resolved: resolvedParameters(account, account.objects.get(templateObject) ?? '{}', parameters),
  };
  return { Id: stack.changeSet.id, StackId: stack.id };
}

function tagsOf(input: AwsInput): Record<string, string> {
  const tags = (input['Tags'] || []) as readonly { Key: string; Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function describeChangeSet(account: RecordedAccount, stack: RecordedStack) {
  const { changeSet } = stack;
  if (changeSet === undefined) throw new AwsApiError('ChangeSetNotFound', 'There is no such change set.', 404);
  return {
    ChangeSetName: changeSet.id,
    ChangeSetId: changeSet.id,
    CreationTime: changeSet.createdAt,
    StackName: stack.name,
    StackId: stack.id,
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Changes: changesOf(stack, account.objects.get(changeSet.templateObject) ?? '{}'),
  };
}

function changesOf(stack: RecordedStack, template: string) {
  const { Resources: before = {} } = JSON.parse(stack.template) as Partial<Template>;
  const { Resources: after = {} } = JSON.parse(template) as Partial<Template>;
  return Object.entries(after).map(([LogicalResourceId, { Type }]) => ({
    Type: 'Resource',
    ResourceChange: {
      Action: before[LogicalResourceId] === undefined ? 'Add' : 'Modify',
      LogicalResourceId,
      ResourceType: Type,
    },
  }));
}
