import { AwsApiError } from '@switchyard/local-aws-endpoint';

import type { RecordedAccount, RecordedOutput, RecordedStack } from './account.ts';

/** Stacks that import any of these exports. */
export function importersOf(account: RecordedAccount, exported: ReadonlySet<string>): string[] {
  return standing(account)
    .filter(({ template }) => importsOf(JSON.parse(template)).some((name) => exported.has(name)))
    .map(({ name }) => name);
}

/** @throws AwsApiError when nobody imports it, in AWS's words. */
export function listImports(account: RecordedAccount, exportName: string): string[] {
  const importers = importersOf(account, new Set([exportName]));
  if (importers.length > 0) return importers;
  throw new AwsApiError('ValidationError', `Export '${exportName}' is not imported by any stack.`);
}

/** Why a stack may not have these outputs instead of those it has: an export that is imported neither goes nor changes. */
export function refusalOf(
  account: RecordedAccount,
  stack: RecordedStack,
  outputs: readonly RecordedOutput[],
): string | undefined {
  for (const { ExportName, OutputValue } of stack.outputs) {
    if (ExportName === undefined) continue;
    const after = outputs.find((output) => output.ExportName === ExportName);
    if (after?.OutputValue === OutputValue) continue;
    const importers = importersOf(account, new Set([ExportName]));
    const verb = after === undefined ? 'deleted' : 'updated';
    if (importers.length > 0)
      return `Export ${ExportName} cannot be ${verb} as it is in use by ${importers.join(', ')}`;
  }
  return undefined;
}

/** Why properties cannot be resolved: they import what nobody exports, or read an output that is not there. */
export function unresolvedIn(account: RecordedAccount, properties: unknown): string | undefined {
  const exported = new Set(standing(account).flatMap(({ outputs }) => outputs.map(({ ExportName }) => ExportName)));
  const missing = importsOf(properties).find((name) => !exported.has(name));
  if (missing !== undefined) return `No export named ${missing} found.`;
  for (const { StackName, OutputName } of argumentsOf<StackOutput>('Fn::GetStackOutput', properties)) {
    const producer = standing(account).find(({ name }) => name === StackName);
    if (producer?.outputs.some(({ OutputKey }) => OutputKey === OutputName) !== true)
      return `Stack ${StackName} has no output ${OutputName}.`;
  }
  return undefined;
}

interface StackOutput {
  readonly StackName: string;
  readonly OutputName: string;
}

function standing({ stacks }: RecordedAccount): RecordedStack[] {
  return [...stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
}

function importsOf(value: unknown): string[] {
  return argumentsOf('Fn::ImportValue', value).map(String);
}

/** What an intrinsic function is called with, wherever it is called. */
function argumentsOf<T>(name: string, value: unknown): T[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === name ? [member as T] : argumentsOf<T>(name, member),
  );
}
