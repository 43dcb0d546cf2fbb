import type { Assembly, ImageAsset } from '../assembly/load.ts';
import { BlueprintError } from '../errors.ts';
import type { Place } from '../identifiers.ts';
import { own } from '../json.ts';
import { uniqueNames } from '../naming.ts';
import { attributeOf, genericType } from './generic-type.ts';
import { Properties } from './properties.ts';
import type { Resource, ResourceType, ResourceTypes } from './resource.ts';
import { StackScope, type Surroundings } from './stack.ts';
import type { TemplateResource } from './template.ts';

/** All stacks of an assembly as one set of resources whose references to each other can be followed. */
export class Deployment {
  readonly place: Place;
  readonly images: Readonly<Record<string, ImageAsset>>;
  /** Those whose condition holds, in the order of the templates. */
  readonly resources: readonly Resource[];
  readonly #warnings: string[] = [];
  readonly #types: ResourceTypes;
  readonly #stacks: readonly StackScope[];
  readonly #byId = new Map<string, Resource>();
  readonly #names = new Map<string, ReadonlyMap<Resource, string>>();
  readonly #references = new Map<string, ReadonlyMap<string, Resource>>();
  readonly #pending = new Set<string>();

  constructor(assembly: Assembly, place: Place, types: ResourceTypes) {
    this.place = place;
    this.images = assembly.images;
    this.#types = types;
    const surroundings: Surroundings = {
      place,
      resource: (stack, logicalId) => this.#byId.get(`${stack}/${logicalId}`),
      importValue: (exportName, where) => this.#importValue(exportName, where),
      stackOutput: (stack, output, where) => this.#stackOutput(stack, output, where),
    };
    this.#stacks = assembly.stacks.map(({ name, template }) => new StackScope(name, template, surroundings));
    for (const [index, { template, paths }] of assembly.stacks.entries()) {
      const scope = this.#stacks[index];
      if (scope === undefined) continue;
      for (const [logicalId, resource] of Object.entries(template.resources)) {
        const path = own(paths, logicalId) ?? logicalId;
        const label = `${scope.name}/${path} (${resource.type})`;
        if (!scope.holds(resource.condition, label)) continue;
        this.#byId.set(`${scope.name}/${logicalId}`, this.#resource(scope, { logicalId, path, label, resource }));
      }
    }
    this.resources = [...this.#byId.values()];
  }

  /** The resources of one type. */
  of(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Notes what cannot be represented; `what` completes the sentence that begins with the resource. */
  warn(resource: Pick<Resource, 'label'>, what: string): void {
    this.#warnings.push(`${resource.label} ${what}.`);
  }

  /** The resource of one of the types that `value` (an id, ARN or name) refers to, or `undefined`. */
  find(value: string, ...types: string[]): Resource | undefined {
    for (const type of types) {
      const found = this.#referencesOf(type).get(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Like {@link find}; throws `BLUEPRINT_REFERENCE_UNRESOLVED` when the assembly does not hold the resource. */
  get(properties: Properties, value: string, ...types: string[]): Resource {
    const found = this.find(value, ...types);
    if (found !== undefined) return found;
    throw new BlueprintError(
      'BLUEPRINT_REFERENCE_UNRESOLVED',
      `${properties.where} refers to ${value}, but the assembly has no ${types.join(' or ')} of that name; define it in the app.`,
    );
  }

  /** The names of the resources that the values refer to. */
  names(properties: Properties, values: readonly string[], ...types: string[]): string[] {
    return values.map((value) => this.get(properties, value, ...types).name);
  }

  #resource(
    scope: StackScope,
    given: { logicalId: string; path: string; label: string; resource: TemplateResource },
  ): Resource {
    const { logicalId, path, label, resource } = given;
    const type = this.#typeOf(resource.type);
    const seed = `${scope.name}/${logicalId}`;
    const read = remember((key: string) => scope.evaluate(resource.properties[key], label));
    const once = <Value>(key: string, compute: () => Value) => this.#once(`${seed}.${key}`, label, compute);
    const names = () => once('name', () => this.#namesOf(resource.type));
    const self: Resource = {
      stack: scope.name,
      logicalId,
      type: resource.type,
      path,
      label,
      seed,
      place: this.place,
      properties: new Properties(label, {
        keys: Object.keys(resource.properties),
        read: (key) => once(`property ${key}`, () => read(key)),
      }),
      get name() {
        return names().get(self) ?? logicalId;
      },
      get ref() {
        return once('Ref', () => type.ref(self));
      },
      attribute: (name) => once(name, () => attributeOf(type, self, name)),
    };
    return self;
  }

  #typeOf(type: string): ResourceType {
    return own(this.#types, type) ?? genericType;
  }

  #namesOf(type: string): ReadonlyMap<Resource, string> {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const { nameProperty, isNamedByLastSegment = false } = this.#typeOf(type);
    const shortType = type.split('::').at(-1) ?? type;
    const resources = this.of(type);
    const wanted = resources.map((resource) => {
      const explicit = nameProperty && resource.properties.optionalString(nameProperty);
      const source = { path: resource.path, stack: resource.stack, shortType, isNamedByLastSegment };
      return explicit === undefined || explicit === '' ? { source } : { explicit, source };
    });
    const names = uniqueNames(wanted);
    const byResource = new Map(resources.map((resource, index) => [resource, names[index] ?? resource.logicalId]));
    this.#names.set(type, byResource);
    return byResource;
  }

  #referencesOf(type: string): ReadonlyMap<string, Resource> {
    const known = this.#references.get(type);
    if (known !== undefined) return known;
    const aliases = (resource: Resource) => this.#typeOf(type).aliases?.(resource) ?? [];
    const entries = this.of(type).flatMap((resource) =>
      [resource.ref, ...aliases(resource)].map((value): [string, Resource] => [value, resource]),
    );
    const references = new Map(entries);
    this.#references.set(type, references);
    return references;
  }

  #importValue(exportName: string, where: string): unknown {
    for (const stack of this.#stacks) {
      const output = stack.outputs().find((candidate) => candidate.exportName() === exportName);
      if (output !== undefined) return output.value();
    }
    throw new BlueprintError(
      'BLUEPRINT_IMPORT_UNRESOLVED',
      `${where} imports ${exportName}, which no stack of the assembly exports; synthesize all stacks together.`,
    );
  }

  #stackOutput(stackName: string, outputName: string, where: string): unknown {
    const stack = this.#stacks.find(({ name }) => name === stackName);
    const output = stack?.outputs().find(({ name }) => name === outputName);
    if (output !== undefined) return output.value();
    throw new BlueprintError(
      'BLUEPRINT_IMPORT_UNRESOLVED',
      `${where} reads the output ${outputName} of the stack ${stackName}, which the assembly does not have; synthesize all stacks together.`,
    );
  }

  #once<Value>(key: string, where: string, compute: () => Value): Value {
    if (this.#pending.has(key)) {
      throw new BlueprintError(
        'BLUEPRINT_REFERENCE_CIRCULAR',
        `${where} refers to itself; break the circle in the app.`,
      );
    }
    this.#pending.add(key);
    try {
      return compute();
    } finally {
      this.#pending.delete(key);
    }
  }
}

function remember<Value>(compute: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.has(key) ? (known.get(key) as Value) : compute(key);
    known.set(key, value);
    return value;
  };
}
