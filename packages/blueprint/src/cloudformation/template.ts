import { BlueprintError } from '../errors.ts';
import { isRecord } from '../json.ts';

/** A CloudFormation template as written: nothing is evaluated yet. */
export interface Template {
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface TemplateResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The name of the condition under which the resource exists. */
  readonly condition?: string;
}

/**
 * Checks the outline of a template that has been read from `file`.
 * Throws `BLUEPRINT_ASSEMBLY_DAMAGED` when it is not an object with `Resources`, each with a `Type`.
 */
export function templateOf(json: unknown, file: string): Template {
  if (!isRecord(json) || !isRecord(json['Resources'])) throw damaged(file, 'has no Resources');
  const entries = Object.entries(json['Resources']).map(([logicalId, resource]): [string, TemplateResource] => {
    if (!isRecord(resource) || typeof resource['Type'] !== 'string')
      throw damaged(file, `has no Type for ${logicalId}`);
    const { Type: type, Properties, Metadata, Condition } = resource;
    const parts = { type, properties: recordOr(Properties), metadata: recordOr(Metadata) };
    return [logicalId, typeof Condition === 'string' ? { ...parts, condition: Condition } : parts];
  });
  return {
    resources: Object.fromEntries(entries),
    parameters: recordOr(json['Parameters']),
    conditions: recordOr(json['Conditions']),
    mappings: recordOr(json['Mappings']),
    outputs: recordOr(json['Outputs']),
  };
}

function recordOr(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function damaged(file: string, what: string): BlueprintError {
  return new BlueprintError('BLUEPRINT_ASSEMBLY_DAMAGED', `The template ${file} ${what}; synthesize the app again.`);
}
