import { resolve } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../src/app.ts';
import type { Switchyard } from '../src/app.ts';

export const repositoryRoot = resolve(import.meta.dirname, '../..');

export interface Templates {
  readonly switchyard: Switchyard;
  readonly network: Template;
  readonly platform: Template;
  readonly services: Template;
  readonly observability: Template;
}

const known = new Map<string, Templates>();

/** Synthesizes the app with the given switches, once for each choice, and reads its templates back. Do not add to what it answers. */
export function synthesize(context: Readonly<Record<string, unknown>> = {}): Templates {
  const key = JSON.stringify(context);
  const templates = known.get(key) ?? templatesOf(buildApp({ repositoryRoot, context }));
  known.set(key, templates);
  return templates;
}

function templatesOf(switchyard: Switchyard): Templates {
  return {
    switchyard,
    network: Template.fromStack(switchyard.network),
    platform: Template.fromStack(switchyard.platform),
    services: Template.fromStack(switchyard.services),
    observability: Template.fromStack(switchyard.observability),
  };
}

export interface Resource {
  readonly Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template is JSON of any shape
  readonly Properties: any;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** Resources of one type by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as unknown as Record<string, Resource>;
}

/** The properties of all resources of one type. */
export function propertiesOf(template: Template, type: string): Resource['Properties'][] {
  return Object.values(resourcesOf(template, type)).map((resource) => resource.Properties);
}

/** The logical id that a `Ref`, a `Fn::GetAtt` or a reference to another stack leads to. */
export function logicalIdOf(value: Record<string, unknown>): string {
  if (typeof value['Ref'] === 'string') return value['Ref'];
  if (Array.isArray(value['Fn::GetAtt'])) return String(value['Fn::GetAtt'][0]);
  const { OutputName = value['Fn::ImportValue'] } = (value['Fn::GetStackOutput'] ?? {}) as { OutputName?: unknown };
  return String(OutputName).replace(/^.*(?:Exports|Publish)Output(?:Ref|FnGetAtt)/, '');
}
