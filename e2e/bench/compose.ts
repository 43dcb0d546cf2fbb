/**
 * The lab in containers: building, image sizes, from `up` to healthy, from a container's start to listening, memory at rest.
 *
 *     npx pnpm bench compose [--cold]
 *
 * `--cold` builds without Docker's cache, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { docker, engineTrouble, ofProject, startComposeLab } from '../test/compose/compose-lab.ts';
import { runCommand } from '../test/support/lab-process.ts';

const services = ['frontend', 'api', 'worker'];
const images = [...services, 'stand-ins'].map((name) => `switchyard/${name}`);
const base = 'node:24-slim';
const starts = 9;

const trouble = await engineTrouble();
if (trouble !== undefined) {
  console.log(`not measured: ${trouble}`);
  process.exit();
}

if (process.argv.includes('--cold')) await build('cold, without Docker’s cache', ['--no-cache']);
await build('warm, nothing changed', []);
const baseBytes = await bytesOf(base);
for (const image of images)
  console.log(`${image}: ${(((await bytesOf(image)) - baseBytes) / 1e6).toFixed(1)} MB over ${base} (goal 20)`);

const floor = await medianMs(async () => await startedMs(['node', '-e', 'console.log(new Date().toISOString())']));
console.log(`a container’s start to the first line of an empty program: median ${floor} ms of ${starts}`);
const listening = await medianMs(async () => await startedMs([]));
console.log(`a container’s start to listening, worker: median ${listening} ms of ${starts} (goal 250)`);

const began = performance.now();
await using lab = await startComposeLab();
console.log(`up --wait, images built, to all healthy: ${seconds(performance.now() - began)}`);
const names = (await docker('ps', '--format', '{{.Names}}', '--filter', ofProject(lab))).split('\n').toSorted();
console.log(await docker('stats', '--no-stream', '--format', '{{.Name}}: {{.MemUsage}}', ...names));

async function build(how: string, options: readonly string[]): Promise<void> {
  const beganMs = performance.now();
  const { code, stderr } = await runCommand('docker', ['compose', 'build', ...options]);
  if (code !== 0) throw new Error(stderr);
  console.log(`build, ${how}: ${seconds(performance.now() - beganMs)}`);
}

/** Both images have the base's layers, so that the difference is what comes on top. */
async function bytesOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image));
}

/** From when Docker started a container of the worker to the time in the first line that it logs. */
async function startedMs(command: readonly string[]): Promise<number> {
  const options = ['--detach', '--init', '--read-only', '--env', 'SERVICE_NAME=worker'];
  const id = await docker('run', ...options, 'switchyard/worker', ...command);
  const logs = spawn('docker', ['logs', '--follow', id], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(logs.stdout), 'line')) as [string];
  const startedAt = await docker('inspect', '--format', '{{.State.StartedAt}}', id);
  await docker('rm', '--force', id);
  const [loggedAt = ''] = /\d{4}-[\d-]+T[\d:.]+Z/.exec(line) ?? [];
  return Date.parse(loggedAt) - Date.parse(startedAt);
}

async function medianMs(measure: () => Promise<number>): Promise<number> {
  const timesMs: number[] = [];
  for (let count = 0; count < starts; count++) timesMs.push(await measure());
  return timesMs.toSorted((a, b) => a - b)[starts >> 1] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
