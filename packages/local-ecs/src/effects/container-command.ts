import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from '@switchyard/blueprint';
import { LocalEcsError } from '../errors.ts';

/** How a container runs here: in the folder that its image is built from, with this very Node. */
export interface ContainerCommand {
  readonly directory: string;
  /** After `node`: `['src/main.ts']`. */
  readonly arguments: readonly string[];
}

/** The image's own command (see the Dockerfile) when the task definition has none. */
const IMAGE_COMMAND = ['node', 'src/main.ts'];

/**
 * Finds a container's program in the workspace.
 * Throws a `LocalEcsError` that names the service: LOCAL_ECS_IMAGE_NOT_RUNNABLE, LOCAL_ECS_COMMAND_NOT_RUNNABLE,
 * LOCAL_ECS_PROGRAM_MISSING.
 */
export async function containerCommandOf(
  service: string,
  container: Container,
  workspaceRoot: string,
): Promise<ContainerCommand> {
  const { image, name } = container;
  const target = image.kind === 'asset' ? image.buildArgs['TARGET'] : undefined;
  if (target === undefined) {
    const what = image.kind === 'asset' ? 'an image without the build argument TARGET' : `the image ${image.uri}`;
    throw new LocalEcsError(
      'LOCAL_ECS_IMAGE_NOT_RUNNABLE',
      `Service ${service}: container ${name} uses ${what}, which only Docker can run; build it from this repository with the build argument TARGET (such as apps/${service}).`,
    );
  }
  const words = [...(container.entryPoint ?? []), ...(container.command ?? [])];
  const [program, ...rest] = words.length === 0 ? IMAGE_COMMAND : words;
  if (program !== 'node' || rest.length === 0) {
    throw new LocalEcsError(
      'LOCAL_ECS_COMMAND_NOT_RUNNABLE',
      `Service ${service}: container ${name} runs ${JSON.stringify(words.join(' '))}; only a command that begins with "node" runs here without Docker.`,
    );
  }
  const directory = join(workspaceRoot, target);
  const script = rest.find((word) => !word.startsWith('-'));
  if (script !== undefined && !(await exists(join(directory, script)))) {
    throw new LocalEcsError(
      'LOCAL_ECS_PROGRAM_MISSING',
      `Service ${service}: container ${name} runs ${join(target, script)}, which does not exist; correct TARGET in its image's build arguments.`,
    );
  }
  return { directory, arguments: rest };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
