import { BlueprintError } from '../errors.ts';
import { arnOf, hexId, type Place } from '../identifiers.ts';
import { isRecord, own } from '../json.ts';
import { evaluate, evaluateCondition } from './evaluate.ts';
import type { Resource } from './resource.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';

/** What a stack needs of the deployment around it. */
export interface Surroundings {
  readonly place: Place;
  readonly resource: (stack: string, logicalId: string) => Pick<Resource, 'ref' | 'attribute'> | undefined;
  readonly importValue: (exportName: string, where: string) => unknown;
  readonly stackOutput: (stackName: string, outputName: string, where: string) => unknown;
}

/** One stack's template as something that can be evaluated. */
export class StackScope {
  readonly name: string;
  readonly #template: Template;
  readonly #surroundings: Surroundings;
  readonly #pending = new Set<string>();

  constructor(name: string, template: Template, surroundings: Surroundings) {
    this.name = name;
    this.#template = template;
    this.#surroundings = surroundings;
  }

  /** Whether the condition, when there is one, holds. */
  holds(condition: string | undefined, where: string): boolean {
    return condition === undefined || this.#scope(where).condition(condition);
  }

  evaluate(value: unknown, where: string): unknown {
    return evaluate(value, this.#scope(where));
  }

  /** The values of outputs by name, those with a false condition left out, evaluated when asked for. */
  outputs(): { readonly name: string; exportName(): string | undefined; value(): unknown }[] {
    return Object.entries(this.#template.outputs).flatMap(([name, output]) => {
      const where = `the output ${name} of ${this.name}`;
      if (!isRecord(output)) return [];
      const condition = typeof output['Condition'] === 'string' ? output['Condition'] : undefined;
      if (!this.holds(condition, where)) return [];
      const exported = isRecord(output['Export']) ? output['Export']['Name'] : undefined;
      const exportName = () => (exported === undefined ? undefined : String(this.evaluate(exported, where)));
      return [{ name, exportName, value: () => this.#once(where, where, () => this.evaluate(output['Value'], where)) }];
    });
  }

  #scope(where: string): Scope {
    const { place, importValue, stackOutput, resource } = this.#surroundings;
    return {
      where,
      availabilityZones: place.availabilityZones,
      ref: (name) => this.#pseudo(name) ?? this.#parameter(name, where) ?? this.#resource(name, where, resource).ref,
      attribute: (logicalId, attribute) => this.#resource(logicalId, where, resource).attribute(attribute),
      condition: (name) => {
        const expression = own(this.#template.conditions, name);
        if (expression === undefined) throw unresolved(where, `the condition ${name}`);
        return this.#once(`condition ${name}`, where, () => evaluateCondition(expression, this.#scope(where)));
      },
      mapping: (map, top, second) => {
        const level = own(this.#template.mappings, map);
        const inner = isRecord(level) ? own(level, top) : undefined;
        return isRecord(inner) ? own(inner, second) : undefined;
      },
      importValue: (exportName) => importValue(exportName, where),
      stackOutput: (stackName, outputName) => stackOutput(stackName, outputName, where),
    };
  }

  #resource(logicalId: string, where: string, resource: Surroundings['resource']) {
    const found = resource(this.name, logicalId);
    if (found === undefined) throw unresolved(where, logicalId);
    return found;
  }

  #pseudo(name: string): unknown {
    const { place } = this.#surroundings;
    const suffix = place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    const values: Readonly<Record<string, unknown>> = {
      'AWS::Region': place.region,
      'AWS::AccountId': place.accountId,
      'AWS::Partition': place.partition,
      'AWS::URLSuffix': suffix,
      'AWS::StackName': this.name,
      'AWS::StackId': arnOf(place, 'cloudformation', `stack/${this.name}/${hexId(this.name, 32)}`),
      'AWS::NotificationARNs': [],
    };
    return own(values, name);
  }

  #parameter(name: string, where: string): unknown {
    const parameter = own(this.#template.parameters, name);
    if (!isRecord(parameter)) return undefined;
    const { Type: type, Default: value } = parameter;
    if (value === undefined) throw unresolved(where, `the parameter ${name}, which has no default value`);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (String(type).startsWith('AWS::SSM::Parameter::')) return `{{resolve:ssm:${text}}}`;
    const isList = type === 'CommaDelimitedList' || String(type).startsWith('List<');
    return isList ? text.split(',').map((element) => element.trim()) : text;
  }

  /** Runs `compute` unless it is already running further up: then values refer to each other. */
  #once<Value>(key: string, where: string, compute: () => Value): Value {
    if (this.#pending.has(key)) throw new BlueprintError('BLUEPRINT_REFERENCE_CIRCULAR', `${where} refers to itself.`);
    this.#pending.add(key);
    try {
      return compute();
    } finally {
      this.#pending.delete(key);
    }
  }
}

function unresolved(where: string, what: string): BlueprintError {
  return new BlueprintError(
    'BLUEPRINT_REFERENCE_UNRESOLVED',
    `${where} refers to ${what}, but the template has no value for it.`,
  );
}
