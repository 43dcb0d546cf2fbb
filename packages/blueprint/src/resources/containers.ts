import path from 'node:path';
import type { Deployment } from '../cloudformation/deployment.ts';
import type { Properties } from '../cloudformation/properties.ts';
import type { Resource } from '../cloudformation/resource.ts';
import { BlueprintError } from '../errors.ts';
import { own } from '../json.ts';
import type { Container, ContainerHealthCheck, ContainerImage, PortMapping, TaskDefinition } from '../model.ts';

/** What a container definition is read in. */
export interface ContainerSurroundings {
  readonly deployment: Deployment;
  readonly task: Resource;
  readonly networkMode: TaskDefinition['networkMode'];
  readonly workspaceRoot: string | undefined;
}

export function containerOf(surroundings: ContainerSurroundings, container: Properties): Container {
  const name = container.string('Name');
  warnAboutTheUnrepresented(surroundings, name, container);
  const healthCheck = container.object('HealthCheck');
  const log = container.object('LogConfiguration');
  const logOptions = log?.record('Options');
  const [entryPoint, command] = ['EntryPoint', 'Command'].map((key) => container.optionalStrings(key));
  const user = container.optionalString('User');
  const mountPoints = container.objects('MountPoints').map((mount) => ({
    sourceVolume: mount.string('SourceVolume'),
    containerPath: mount.string('ContainerPath'),
    readOnly: mount.boolean('ReadOnly', false),
  }));
  return {
    name,
    image: imageOf(surroundings, name, container.string('Image')),
    essential: container.boolean('Essential', true),
    portMappings: container.objects('PortMappings').map((mapping) => portMappingOf(surroundings, mapping)),
    environment: container.pairs('Environment', { key: 'Name', value: 'Value' }),
    ...(entryPoint && { entryPoint }),
    ...(command && { command }),
    ...(healthCheck && { healthCheck: healthCheckOf(healthCheck) }),
    stopTimeoutSeconds: container.optionalNumber('StopTimeout') ?? 30,
    readonlyRootFilesystem: container.boolean('ReadonlyRootFilesystem', false),
    ...(mountPoints.length > 0 && { mountPoints }),
    ...(user !== undefined && { user }),
    ...(log && { logDriver: log.string('LogDriver') }),
    ...(logOptions && { logOptions }),
  };
}

/** What is missing locally for a reason that is worth saying; other properties that are not held are warned of in general. */
const unrepresented: Readonly<Record<string, string>> = {
  Secrets: 'secrets, which have no value locally',
  EnvironmentFiles: 'environment files, which are not read locally',
  DependsOn: 'start conditions, but containers start together locally',
};

function warnAboutTheUnrepresented(
  { deployment, task }: ContainerSurroundings,
  name: string,
  container: Properties,
): void {
  for (const [key, what] of Object.entries(unrepresented)) {
    const value = container.raw(key);
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty) deployment.warn(task, `has in its container ${name} ${what}`);
  }
}

/** An image asset's URI ends in its hash, which the asset manifest knows. */
function imageOf(
  { deployment, task, workspaceRoot }: ContainerSurroundings,
  name: string,
  uri: string,
): ContainerImage {
  const asset = own(deployment.images, uri.slice(uri.lastIndexOf(':') + 1));
  if (asset === undefined) return { kind: 'registry', uri };
  if (asset.buildArgs['TARGET'] === undefined) {
    throw new BlueprintError(
      'BLUEPRINT_IMAGE_TARGET_MISSING',
      `${task.label}: the image of the container ${name} has no build argument TARGET; set it to the package that the container runs, as in apps/api.`,
    );
  }
  const { dockerfile, buildArgs, target, platform, otherOptions } = asset;
  if (otherOptions.length > 0)
    deployment.warn(
      task,
      `runs in its container ${name} an image that is built with ${otherOptions.join(', ')}, which the blueprint does not hold`,
    );
  const isKnown = workspaceRoot !== undefined && asset.directory !== undefined;
  const directory = isKnown ? path.relative(workspaceRoot, asset.directory) : '';
  return {
    kind: 'asset',
    directory: directory === '' ? '.' : directory,
    dockerfile,
    buildArgs,
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform }),
  };
}

function portMappingOf({ networkMode }: ContainerSurroundings, mapping: Properties): PortMapping {
  if (mapping.has('ContainerPortRange'))
    throw mapping.invalid('ContainerPortRange', 'is not supported; map single ports');
  const containerPort = mapping.number('ContainerPort');
  const hostPort = mapping.optionalNumber('HostPort') ?? (networkMode === 'bridge' ? 0 : undefined);
  const name = mapping.optionalString('Name');
  const appProtocol = mapping.has('AppProtocol') ? mapping.oneOf('AppProtocol', ['http', 'http2', 'grpc']) : undefined;
  return {
    containerPort,
    ...(hostPort !== undefined && { hostPort }),
    protocol: mapping.oneOf('Protocol', ['tcp', 'udp']),
    ...(name !== undefined && { name }),
    ...(appProtocol !== undefined && { appProtocol }),
  };
}

function healthCheckOf(check: Properties): ContainerHealthCheck {
  const command = check.strings('Command');
  const [first] = command;
  if (first !== 'CMD' && first !== 'CMD-SHELL') throw check.invalid('Command', 'begins with neither CMD nor CMD-SHELL');
  return {
    command,
    intervalSeconds: check.optionalNumber('Interval') ?? 30,
    timeoutSeconds: check.optionalNumber('Timeout') ?? 5,
    retries: check.optionalNumber('Retries') ?? 3,
    startPeriodSeconds: check.optionalNumber('StartPeriod') ?? 0,
  };
}
