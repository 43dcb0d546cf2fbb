import { execFile } from 'node:child_process';

import type { Environment } from '../../context.ts';
import { failure, ok } from './finding.ts';
import type { Finding } from './finding.ts';

/** The CDK's command line refuses older ones, and the CDK app runs by type stripping. */
const nodeMajorMin = 24;
const engineTimeoutMs = 10_000;

export function checkNode(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  if (major >= nodeMajorMin) return ok('Node', version);
  return failure(
    'Node',
    `${version} is too old: run this through pnpm, which brings Node ${nodeMajorMin}, or install that.`,
  );
}

/**
 * Whether the images can be built: with Docker, or with the engine in `CDK_DOCKER` (Finch, Podman). `imageCount` 0 needs none.
 */
export async function checkContainerEngine(imageCount: number, environment: Environment): Promise<Finding> {
  const name = 'container engine';
  if (imageCount === 0) return ok(name, 'not needed: no images to build');
  const engine = environment['CDK_DOCKER'] ?? 'docker';
  const answer = await serverVersion(engine, environment);
  if (answer.kind === 'version')
    return ok(name, `${engine} ${answer.version} builds ${imageCount} ${imageCount === 1 ? 'image' : 'images'}`);
  const others = 'or set CDK_DOCKER to another engine (finch, podman)';
  if (answer.kind === 'absent')
    return failure(name, `There is no "${engine}" here to build images with: install Docker, ${others}.`);
  return failure(name, `"${engine}" does not answer (${answer.complaint}): start it, ${others}.`);
}

type EngineAnswer =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'silent'; readonly complaint: string };

async function serverVersion(engine: string, environment: Environment): Promise<EngineAnswer> {
  return await new Promise((resolve) => {
    execFile(
      engine,
      ['version', '--format', '{{.Server.Version}}'],
      { env: environment, timeout: engineTimeoutMs },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'version', version: stdout.trim() });
        else if (error.code === 'ENOENT') resolve({ kind: 'absent' });
        else
          resolve({
            kind: 'silent',
            complaint: (stderr.trim().split('\n').at(-1) || error.message).slice(0, 200).replace(/\.$/, ''),
          });
      },
    );
  });
}
