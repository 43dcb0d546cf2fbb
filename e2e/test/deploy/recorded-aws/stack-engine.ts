import { randomUUID } from 'node:crypto';

import { AwsApiError } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount, RecordedOutput, RecordedStack } from './account.ts';
import { importersOf, refusalOf, unresolvedIn } from './cross-stack.ts';
import { valueOf } from './template-values.ts';
import type { Template } from './template-values.ts';

/**
 * Resources in the template's order, one after the other; the first failure rolls everything back, and so does an export that would go or
 * change while another stack imports it.
 */
export function execute(account: RecordedAccount, stack: RecordedStack): void {
  const { changeSet } = stack;
  if (changeSet === undefined) throw new AwsApiError('ChangeSetNotFound', 'There is no such change set.', 404);
  const kind = changeSet.type === 'UPDATE' ? 'UPDATE' : 'CREATE';
  const { templateObject, parameters, resolved } = changeSet;
  const template = account.objects.get(templateObject) ?? '{}';
  const changed = { templateObject, template, parameters, resolved };
  // A stack that cannot be created keeps what it was told; one that cannot be updated has the old again.
  if (kind === 'CREATE') Object.assign(stack, changed);
  delete stack.changeSet;
  event(stack, stack.name, 'AWS::CloudFormation::Stack', `${kind}_IN_PROGRESS`, 'User Initiated');
  if (stack.name === account.stalls) {
    stack.status = `${kind}_IN_PROGRESS`;
    return;
  }
  const parsed = JSON.parse(template) as Template;
  const outputs = outputsOf(account, stack, parsed);
  const failure = change(account, stack, kind, parsed) ?? refusalOf(account, stack, outputs);
  if (failure !== undefined) {
    finish(stack, kind === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK', failure);
    return;
  }
  Object.assign(stack, changed, { outputs });
  finish(stack, kind);
}

/** Creates or updates the resources; what it answers is why that failed. */
function change(
  account: RecordedAccount,
  stack: RecordedStack,
  kind: 'CREATE' | 'UPDATE',
  { Resources }: Template,
): string | undefined {
  const planned = account.failures[stack.name];
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    event(stack, logicalId, Type, `${kind}_IN_PROGRESS`);
    const reason = Type === planned?.type ? planned.reason : unresolvedIn(account, Properties);
    if (reason !== undefined) {
      event(stack, logicalId, Type, `${kind}_FAILED`, reason);
      return `The following resource(s) failed to ${kind.toLowerCase()}: [${logicalId}].`;
    }
    event(stack, logicalId, Type, `${kind}_COMPLETE`);
  }
  return undefined;
}

function outputsOf(account: RecordedAccount, stack: RecordedStack, { Outputs = {} }: Template): RecordedOutput[] {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': account.region,
    'AWS::AccountId': account.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
  };
  const names = { pseudo, attributes: { DNSName: account.loadBalancerHost } };
  return Object.entries(Outputs).map(([OutputKey, { Value, Export }]) => ({
    OutputKey,
    OutputValue: valueOf(Value, names),
    ...(Export === undefined ? {} : { ExportName: valueOf(Export.Name, names) }),
  }));
}

function finish(stack: RecordedStack, prefix: string, reason?: string): void {
  if (prefix.endsWith('ROLLBACK'))
    event(stack, stack.name, 'AWS::CloudFormation::Stack', `${prefix}_IN_PROGRESS`, reason);
  stack.status = `${prefix}_COMPLETE`;
  event(stack, stack.name, 'AWS::CloudFormation::Stack', stack.status);
}

/** Timestamps rise, as events are sorted by them. */
function event(stack: RecordedStack, logicalId: string, type: string, status: string, reason?: string): void {
  const timestampMs = Math.max(Date.now(), (stack.events.at(-1)?.Timestamp.getTime() ?? 0) + 1);
  stack.events.push({
    EventId: randomUUID(),
    StackId: stack.id,
    StackName: stack.name,
    LogicalResourceId: logicalId,
    PhysicalResourceId: logicalId === stack.name ? stack.id : logicalId.toLowerCase(),
    ResourceType: type,
    Timestamp: new Date(timestampMs),
    ResourceStatus: status,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  });
}

export function resourcesOf(stack: RecordedStack) {
  const { Resources = {} } = JSON.parse(stack.template) as Partial<Template>;
  return Object.entries(Resources).map(([LogicalResourceId, { Type, Properties }]) => ({
    LogicalResourceId,
    PhysicalResourceId: physicalId(stack.name, LogicalResourceId, Type, Properties),
    ResourceType: Type,
    ResourceStatus: 'CREATE_COMPLETE',
    Timestamp: new Date(0),
    LastUpdatedTimestamp: new Date(0),
  }));
}

/** Its name, where it was given one or CloudFormation makes one up; else an id. */
function physicalId(stack: string, logicalId: string, type: string, properties: unknown): string {
  const given = (properties as { readonly ClusterName?: unknown } | undefined)?.ClusterName;
  if (type === 'AWS::ECS::Cluster' && typeof given === 'string') return given;
  if (type === 'AWS::Lambda::Function') return `${stack}-${logicalId}-EXAMPLE`;
  if (type === 'AWS::ServiceDiscovery::HttpNamespace') return 'ns-mesh';
  return type === 'AWS::EC2::NetworkInsightsPath' ? `nip-${logicalId}` : logicalId.toLowerCase();
}

export function deleteStack(account: RecordedAccount, name: string): void {
  const stack = account.stacks.get(name);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
  const exported = new Set(stack.outputs.flatMap(({ ExportName }) => ExportName ?? []));
  const [importer] = importersOf(account, exported);
  event(stack, name, 'AWS::CloudFormation::Stack', 'DELETE_IN_PROGRESS', 'User Initiated');
  if (stack.name === account.stalls && stack.status !== 'CREATE_IN_PROGRESS') {
    stack.status = 'DELETE_IN_PROGRESS';
    return;
  }
  if (importer !== undefined) {
    stack.status = 'DELETE_FAILED';
    stack.reason = `Export is in use by ${importer}`;
    event(stack, name, 'AWS::CloudFormation::Stack', 'DELETE_FAILED', stack.reason);
    return;
  }
  for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of resourcesOf(stack).toReversed()) {
    event(stack, LogicalResourceId, ResourceType, 'DELETE_IN_PROGRESS');
    const obstacle = obstacleOf(account, ResourceType, PhysicalResourceId);
    if (obstacle !== undefined) {
      event(stack, LogicalResourceId, ResourceType, 'DELETE_FAILED', obstacle);
      stack.status = 'DELETE_FAILED';
      stack.reason = `The following resource(s) failed to delete: [${LogicalResourceId}].`;
      event(stack, name, 'AWS::CloudFormation::Stack', 'DELETE_FAILED', stack.reason);
      return;
    }
    event(stack, LogicalResourceId, ResourceType, 'DELETE_COMPLETE');
  }
  stack.status = 'DELETE_COMPLETE';
  stack.outputs = [];
  event(stack, name, 'AWS::CloudFormation::Stack', 'DELETE_COMPLETE');
}

/** Why a service does not delete a resource, in AWS's words. */
function obstacleOf({ meshServices, analyses }: RecordedAccount, type: string, id: string): string | undefined {
  if (type === 'AWS::ServiceDiscovery::HttpNamespace' && meshServices.size > 0)
    return 'Namespace has associated services';
  if (type === 'AWS::EC2::NetworkInsightsPath' && [...analyses.values()].includes(id))
    return `An analysis exists for the network insights path '${id}' (Service: Ec2, Status Code: 400, Error Code: AnalysisExistsForNetworkInsightsPath)`;
  return undefined;
}
