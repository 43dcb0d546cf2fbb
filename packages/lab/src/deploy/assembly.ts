import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One resource of a template, as written: intrinsic functions are not resolved. */
export interface TemplateResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One output of a template, as written. */
export interface TemplateOutput {
  readonly stack: string;
  readonly name: string;
  readonly value: unknown;
  /** For other stacks to import. */
  readonly exportName?: string;
}

interface AssemblyStack {
  readonly name: string;
  /** Names of the stacks that must be there before. */
  readonly dependencies: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** What deploying needs to know of a cloud assembly, beyond its blueprint. */
export interface Assembly {
  readonly directory: string;
  /** In the order in which they are deployed. */
  readonly stacks: readonly AssemblyStack[];
  readonly resources: readonly TemplateResource[];
  readonly outputs: readonly TemplateOutput[];
  /** Where the bootstrap stack says its version, and the lowest that will do; absent when nothing needs it. */
  readonly bootstrap?: { readonly parameter: string; readonly version: number };
  /** Container images to build. */
  readonly imageCount: number;
  /** Where images and files go, as written: account and region are placeholders. */
  readonly repositories: readonly string[];
  readonly buckets: readonly string[];
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly requiresBootstrapStackVersion?: number;
    readonly bootstrapStackVersionSsmParameter?: string;
  };
}

/** Reads the assembly's manifest, templates and asset manifests. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const { artifacts } = await readJson<{ readonly artifacts: Readonly<Record<string, Artifact>> }>(
    directory,
    'manifest.json',
  );
  const entries = Object.entries(artifacts);
  const stacks = inOrder(
    entries
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([id, { properties, dependencies = [] }]) => ({
        name: properties?.stackName ?? id,
        dependencies: dependencies.filter((other) => artifacts[other]?.type === 'aws:cloudformation:stack'),
        tags: properties?.tags ?? {},
        templateFile: properties?.templateFile ?? '',
      })),
  );
  const templates = await Promise.all(
    stacks.map(async ({ name, templateFile }) => await readTemplate(directory, name, templateFile)),
  );
  const assets = await Promise.all(entries.map(async ([, artifact]) => await assetsOf(directory, artifact)));
  const images = assets.flatMap(({ dockerImages }) => dockerImages);
  const files = assets.flatMap((each) => each.files);
  const needs = entries.flatMap(([, { properties }]) =>
    properties?.bootstrapStackVersionSsmParameter === undefined
      ? []
      : [
          {
            parameter: properties.bootstrapStackVersionSsmParameter,
            version: properties.requiresBootstrapStackVersion ?? 1,
          },
        ],
  );
  return {
    directory,
    stacks: stacks.map(({ name, dependencies, tags }) => ({ name, dependencies, tags })),
    resources: templates.flatMap(({ resources }) => resources),
    outputs: templates.flatMap(({ outputs }) => outputs),
    imageCount: images.length,
    repositories: placesOf(images, 'repositoryName'),
    buckets: placesOf(files, 'bucketName'),
    ...(needs[0] === undefined
      ? {}
      : { bootstrap: { parameter: needs[0].parameter, version: Math.max(...needs.map(({ version }) => version)) } }),
  };
}

/** Each after what it depends on, else in the manifest's order. */
function inOrder<T extends AssemblyStack>(stacks: readonly T[]): T[] {
  const ordered = new Set<T>();
  const add = (stack: T): void => {
    for (const name of stack.dependencies) {
      const dependency = stacks.find((other) => other.name === name);
      if (dependency !== undefined && !ordered.has(dependency)) add(dependency);
    }
    ordered.add(stack);
  };
  stacks.forEach(add);
  return [...ordered];
}

async function readTemplate(
  directory: string,
  stack: string,
  templateFile: string,
): Promise<Pick<Assembly, 'resources' | 'outputs'>> {
  const { Resources = {}, Outputs = {} } = await readJson<{
    readonly Resources?: Readonly<
      Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
    >;
    readonly Outputs?: Readonly<
      Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>
    >;
  }>(directory, templateFile);
  return {
    resources: Object.entries(Resources).map(([logicalId, { Type, Properties = {} }]) => ({
      stack,
      logicalId,
      type: Type,
      properties: Properties,
    })),
    outputs: Object.entries(Outputs).map(([name, { Value, Export }]) => ({
      stack,
      name,
      value: Value,
      ...(Export === undefined ? {} : { exportName: Export.Name }),
    })),
  };
}

interface Asset {
  readonly destinations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function assetsOf(
  directory: string,
  { type, properties }: Artifact,
): Promise<{ readonly dockerImages: readonly Asset[]; readonly files: readonly Asset[] }> {
  if (type !== 'cdk:asset-manifest' || properties?.file === undefined) return { dockerImages: [], files: [] };
  const { dockerImages = {}, files = {} } = await readJson<{
    readonly dockerImages?: Readonly<Record<string, Asset>>;
    readonly files?: Readonly<Record<string, Asset>>;
  }>(directory, properties.file);
  return { dockerImages: Object.values(dockerImages), files: Object.values(files) };
}

function placesOf(assets: readonly Asset[], key: string): string[] {
  const places = assets.flatMap(({ destinations }) =>
    Object.values(destinations).map((destination) => destination[key]),
  );
  return [...new Set(places.filter((place) => place !== undefined))];
}

async function readJson<T>(directory: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(directory, file), 'utf8')) as T;
}
