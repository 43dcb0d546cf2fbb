import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

import { downAll, execCompose, upAll } from 'docker-compose';
import type { IDockerComposeResult } from 'docker-compose';

import { runCommand, workspaceRoot } from '../support/lab-process.ts';
import type { CommandResult } from '../support/lab-process.ts';
import type { LabUnderTest } from '../support/lab-under-test.ts';

const project = 'switchyard-e2e';
const oldestCompose = { major: 2, minor: 22 };

/** The lab in containers under a name, ports and a private network of its own. */
export interface ComposeLab extends LabUnderTest {
  readonly project: string;
  /** Runs `docker compose watch` until it is disposed of. */
  readonly watch: () => Promise<AsyncDisposable>;
  /** `docker compose <verb> <args…>` of this lab. */
  readonly compose: (verb: string, ...args: string[]) => Promise<IDockerComposeResult>;
  /** `docker compose up` with options; resolves when everything is healthy. */
  readonly up: (...options: string[]) => Promise<IDockerComposeResult>;
  /** A `lab` verb against this lab's AWS endpoint. */
  readonly lab: (...args: string[]) => Promise<CommandResult>;
  /** Names of a service's containers that run. */
  readonly containersOf: (service: string) => Promise<string[]>;
}

/** Why no containers can be run here; `undefined` when they can. */
export async function engineTrouble(): Promise<string | undefined> {
  const answer = await runCommand('docker', ['version', '--format', '{{.Server.Version}}']).catch(() => undefined);
  if (answer === undefined) return 'there is no docker command';
  if (answer.code !== 0) return `no Docker engine answers: ${answer.stderr.trim().split('\n').at(-1)}`;
  return composeTroubleOf(await runCommand('docker', ['compose', 'version', '--short']));
}

/** Of what `docker compose version --short` says. */
export function composeTroubleOf({ code, stdout }: CommandResult): string | undefined {
  if (code !== 0) return 'docker has no Compose plugin';
  const [, major = 0, minor = 0] = (/^v?(\d+)\.(\d+)/.exec(stdout.trim()) ?? []).map(Number);
  if (major > oldestCompose.major || (major === oldestCompose.major && minor >= oldestCompose.minor)) return undefined;
  return `Docker Compose is ${stdout.trim()}, and ${oldestCompose.major}.${oldestCompose.minor} is needed`;
}

/** Filters what `docker` lists. */
export function ofProject({ project }: ComposeLab): string {
  return `label=com.docker.compose.project=${project}`;
}

export async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('docker', args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/**
 * Builds what is not built yet, starts everything and waits until it is healthy. Disposing removes containers and networks. `root` is the
 * repository, or a copy of it.
 */
export async function startComposeLab(root: string = workspaceRoot): Promise<ComposeLab> {
  const [http, endpoint, dns] = await freePorts(3);
  const options = {
    cwd: root,
    composeOptions: [['-p', project]],
    env: {
      ...process.env,
      SWITCHYARD_PORT: String(http),
      SWITCHYARD_ENDPOINT_PORT: String(endpoint),
      SWITCHYARD_DNS_PORT: String(dns),
      SWITCHYARD_PRIVATE_SUBNET: '10.201.16.0/20',
      SWITCHYARD_CLOUD_MAP_ADDRESS: '10.201.31.253',
    },
  };
  const endpointUrl = `http://127.0.0.1:${endpoint}`;
  const remove = async (): Promise<unknown> =>
    await downAll({ ...options, commandOptions: ['--remove-orphans', '--volumes'] });
  const lab: ComposeLab = {
    project,
    url: `http://127.0.0.1:${http}`,
    endpointUrl,
    dns: { host: '127.0.0.1', port: dns },
    watch: async () => await startWatch(options),
    compose: async (verb, ...args) => await told(execCompose(verb, args, options)),
    up: async (...commandOptions) => await told(upAll({ ...options, commandOptions: ['--wait', ...commandOptions] })),
    lab: async (...args) =>
      await runCommand(process.execPath, ['packages/lab/src/main.ts', ...args], {
        SWITCHYARD_ENDPOINT_URL: endpointUrl,
      }),
    containersOf: async (service) => {
      const filters = [`label=com.docker.compose.project=${project}`, `label=com.docker.compose.service=${service}`];
      const names = await docker('ps', '--format', '{{.Names}}', ...filters.flatMap((filter) => ['--filter', filter]));
      return names.split('\n').filter(Boolean).sort();
    },
    [Symbol.asyncDispose]: async () => void (await remove()),
  };
  await remove();
  try {
    await lab.up('--build');
  } catch (error) {
    const { out } = await execCompose('logs', ['--tail', '50'], options);
    await remove();
    throw new Error(`The lab does not start: ${(error as Error).message}\n${out}`, { cause: error });
  }
  return lab;
}

/** Resolves when it watches. */
async function startWatch({ cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): Promise<AsyncDisposable> {
  const args = ['compose', '-p', project, 'watch', '--no-up'];
  const child = spawn('docker', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  const watches = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/watch/i.test(said)) resolve();
      });
  });
  await Promise.race([watches, exited]);
  if (child.exitCode !== null) throw new Error(`docker compose watch ended: ${said}`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await exited;
    },
  };
}

/** The package rejects with the result itself; a test's report wants an error. */
async function told(running: Promise<IDockerComposeResult>): Promise<IDockerComposeResult> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof Error) throw error;
    const { err, out } = error as IDockerComposeResult;
    throw new Error(err || out, { cause: error });
  }
}

async function freePorts(count: number): Promise<[number, number, number]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => await once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => await once(server.close(), 'close')));
  return ports as [number, number, number];
}
