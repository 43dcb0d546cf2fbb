import { randomUUID } from 'node:crypto';

import { AwsApiError } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount, RecordedStack } from './account.ts';
import { importsOf, valueOf } from './template-values.ts';
import type { Template } from './template-values.ts';

/** Resources in the template's order, one after the other; the first failure rolls everything back. */
export function execute(account: RecordedAccount, stack: RecordedStack): void {
  const { changeSet } = stack;
  if (changeSet === undefined) throw new AwsApiError('ChangeSetNotFound', 'There is no such change set.', 404);
  const kind = changeSet.type === 'UPDATE' ? 'UPDATE' : 'CREATE';
  stack.templateObject = changeSet.templateObject;
  stack.template = account.objects.get(changeSet.templateObject) ?? '{}';
  stack.parameters = changeSet.parameters;
  stack.resolved = changeSet.resolved;
  delete stack.changeSet;
  const template = JSON.parse(stack.template) as Template;
  event(stack, stack.name, 'AWS::CloudFormation::Stack', `${kind}_IN_PROGRESS`, 'User Initiated');
  if (stack.name === account.stalls) {
    stack.status = `${kind}_IN_PROGRESS`;
    return;
  }
  const failure = failureOf(account, stack, template);
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    event(stack, logicalId, Type, `${kind}_IN_PROGRESS`);
    if (failure?.logicalId === logicalId) {
      event(stack, logicalId, Type, `${kind}_FAILED`, failure.reason);
      finish(
        stack,
        kind === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK',
        `The following resource(s) failed to create: [${logicalId}].`,
      );
      return;
    }
    event(stack, logicalId, Type, `${kind}_COMPLETE`);
  }
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': account.region,
    'AWS::AccountId': account.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.name,
  };
  const names = { pseudo, attributes: { DNSName: account.loadBalancerHost } };
  stack.outputs = Object.entries(template.Outputs ?? {}).map(([OutputKey, { Value, Export }]) => ({
    OutputKey,
    OutputValue: valueOf(Value, names),
    ...(Export === undefined ? {} : { ExportName: valueOf(Export.Name, names) }),
  }));
  finish(stack, kind);
}

function failureOf(account: RecordedAccount, stack: RecordedStack, { Resources }: Template) {
  const planned = account.failures[stack.name];
  const exported = new Set(
    [...account.stacks.values()].flatMap(({ outputs }) => outputs.map(({ ExportName }) => ExportName)),
  );
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    if (Type === planned?.type) return { logicalId, reason: planned.reason };
    const missing = importsOf(Properties).find((name) => !exported.has(name));
    if (missing !== undefined) return { logicalId, reason: `No export named ${missing} found.` };
  }
  return undefined;
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

/** @throws AwsApiError when nobody imports it, in AWS's words. */
export function importersOf({ stacks }: RecordedAccount, exportName: string): string[] {
  const importers = [...stacks.values()].filter(
    ({ status, template }) => status !== 'DELETE_COMPLETE' && importsOf(JSON.parse(template)).includes(exportName),
  );
  if (importers.length === 0)
    throw new AwsApiError('ValidationError', `Export '${exportName}' is not imported by any stack.`);
  return importers.map(({ name }) => name);
}

export function deleteStack(account: RecordedAccount, name: string): void {
  const stack = account.stacks.get(name);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
  const exported = new Set(stack.outputs.map(({ ExportName }) => ExportName));
  const importer = [...account.stacks.values()].find(
    (other) =>
      other !== stack &&
      other.status !== 'DELETE_COMPLETE' &&
      importsOf(JSON.parse(other.template)).some((imported) => exported.has(imported)),
  );
  event(stack, name, 'AWS::CloudFormation::Stack', 'DELETE_IN_PROGRESS', 'User Initiated');
  if (stack.name === account.stalls && stack.status !== 'CREATE_IN_PROGRESS') {
    stack.status = 'DELETE_IN_PROGRESS';
    return;
  }
  if (importer !== undefined) {
    stack.status = 'DELETE_FAILED';
    stack.reason = `Export is in use by ${importer.name}`;
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
