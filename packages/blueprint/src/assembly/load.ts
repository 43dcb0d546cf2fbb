import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Template, templateOf } from '../cloudformation/template.ts';
import { BlueprintError } from '../errors.ts';
import { isRecord, type JsonRecord } from '../json.ts';

/** A cloud assembly as CDK writes it: templates, construct paths and image assets, nothing evaluated. */
export interface Assembly {
  /** In the manifest's order, nested assemblies' after their parent's. */
  readonly stacks: readonly AssemblyStack[];
  /** By asset hash, which is the image's tag. */
  readonly images: Readonly<Record<string, ImageAsset>>;
}

interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Construct paths below the stack, by logical id. */
  readonly paths: Readonly<Record<string, string>>;
}

export interface ImageAsset {
  /** The build context: absolute, or `undefined` when CDK has copied it into the assembly. */
  readonly directory: string | undefined;
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The Dockerfile's stage; absent: the last. */
  readonly target?: string;
  readonly platform?: string;
  /** Names of what else the build is told and what decides what the image is. */
  readonly otherOptions: readonly string[];
}

/** What {@link ImageAsset} has a place for, and what only makes a build faster. */
const heldImageOptions = new Set([
  'directory',
  'dockerFile',
  'dockerBuildArgs',
  'dockerBuildTarget',
  'platform',
  'cacheFrom',
  'cacheTo',
  'cacheDisabled',
]);

/**
 * Reads the files of the cloud assembly in `directory`, nested assemblies included. Throws `BLUEPRINT_ASSEMBLY_MISSING`
 * when there is none, `BLUEPRINT_ASSEMBLY_DAMAGED` when a file of it is missing or is not what CDK writes.
 */
export async function loadAssembly(directory: string): Promise<Assembly> {
  const manifest = await readManifest(directory);
  const parts: Assembly[] = [];
  for (const [id, artifact] of Object.entries(manifest)) {
    if (!isRecord(artifact)) continue;
    const properties = isRecord(artifact['properties']) ? artifact['properties'] : {};
    const file = (key: string): string => {
      const name = properties[key];
      if (typeof name === 'string') return path.join(directory, name);
      throw damaged(path.join(directory, 'manifest.json'), `names no ${key} for ${id}`);
    };
    if (artifact['type'] === 'aws:cloudformation:stack') {
      parts.push({ stacks: [await loadStack(directory, id, artifact, file('templateFile'))], images: {} });
    } else if (artifact['type'] === 'cdk:asset-manifest') {
      parts.push({ stacks: [], images: await loadImages(directory, file('file')) });
    } else if (artifact['type'] === 'cdk:cloud-assembly') parts.push(await loadAssembly(file('directoryName')));
  }
  return {
    stacks: parts.flatMap(({ stacks }) => stacks),
    images: Object.assign({}, ...parts.map(({ images }) => images)) as Assembly['images'],
  };
}

async function readManifest(directory: string): Promise<JsonRecord> {
  const file = path.join(directory, 'manifest.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BlueprintError(
      'BLUEPRINT_ASSEMBLY_MISSING',
      `There is no cloud assembly in ${directory} (no readable manifest.json); synthesize the CDK app first.`,
      { cause: error },
    );
  }
  const manifest = parseRecord(text, file);
  if (!isRecord(manifest['artifacts'])) throw damaged(file, 'lists no artifacts');
  return manifest['artifacts'];
}

async function loadStack(directory: string, id: string, artifact: JsonRecord, file: string): Promise<AssemblyStack> {
  const { additionalMetadataFile, displayName, metadata } = artifact;
  const properties = isRecord(artifact['properties']) ? artifact['properties'] : {};
  const template = templateOf(await readRecord(file), file);
  const extra =
    typeof additionalMetadataFile === 'string' ? await readRecord(path.join(directory, additionalMetadataFile)) : {};
  const entries = { ...(isRecord(metadata) ? metadata : {}), ...extra };
  const constructId = typeof displayName === 'string' ? displayName.replace(/ \(.*\)$/, '') : id;
  const name = typeof properties['stackName'] === 'string' ? properties['stackName'] : id;
  return { name, template, paths: constructPaths(template, entries, constructId) };
}

/** From the metadata entries `/Stack/Vpc/Resource: [{ type: 'aws:cdk:logicalId', data: 'Vpc8378EB38' }]`, else from `aws:cdk:path`. */
function constructPaths(template: Template, metadata: JsonRecord, constructId: string): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const written = resource.metadata['aws:cdk:path'];
    paths[logicalId] = typeof written === 'string' ? below(constructId, written) : logicalId;
  }
  for (const [key, entries] of Object.entries(metadata)) {
    for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
      if (!isRecord(entry) || entry['type'] !== 'aws:cdk:logicalId' || typeof entry['data'] !== 'string') continue;
      if (Object.hasOwn(template.resources, entry['data'])) paths[entry['data']] = below(constructId, key.slice(1));
    }
  }
  return paths;
}

function below(constructId: string, constructPath: string): string {
  return constructPath.startsWith(`${constructId}/`) ? constructPath.slice(constructId.length + 1) : constructPath;
}

async function loadImages(directory: string, file: string): Promise<Record<string, ImageAsset>> {
  const { dockerImages } = await readRecord(file);
  if (!isRecord(dockerImages)) return {};
  const images = Object.entries(dockerImages).flatMap(([hash, image]): [string, ImageAsset][] => {
    const source = isRecord(image) && isRecord(image['source']) ? image['source'] : {};
    const context = typeof source['directory'] === 'string' ? source['directory'] : '.';
    const args = Object.entries(isRecord(source['dockerBuildArgs']) ? source['dockerBuildArgs'] : {});
    const { dockerBuildTarget: target, platform } = source;
    const asset: ImageAsset = {
      directory: context === `asset.${hash}` ? undefined : path.resolve(directory, context),
      dockerfile: typeof source['dockerFile'] === 'string' ? source['dockerFile'] : 'Dockerfile',
      buildArgs: Object.fromEntries(args.map(([key, value]) => [key, String(value)])),
      ...(typeof target === 'string' && { target }),
      ...(typeof platform === 'string' && { platform }),
      otherOptions: Object.keys(source).filter((key) => source[key] !== undefined && !heldImageOptions.has(key)),
    };
    return [[hash, asset]];
  });
  return Object.fromEntries(images);
}

async function readRecord(file: string): Promise<JsonRecord> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw damaged(file, 'cannot be read', error);
  }
  return parseRecord(text, file);
}

function parseRecord(text: string, file: string): JsonRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(file, 'is no JSON', error);
  }
  if (!isRecord(json)) throw damaged(file, 'is no JSON object');
  return json;
}

function damaged(file: string, what: string, cause?: unknown): BlueprintError {
  const message = `The cloud assembly is damaged: ${file} ${what}; synthesize the app again.`;
  return new BlueprintError('BLUEPRINT_ASSEMBLY_DAMAGED', message, { cause });
}
