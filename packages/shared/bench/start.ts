/**
 * From starting a service's process until it listens, in milliseconds: wall clock, and processor time of that process. The first start,
 * which fills the compile cache, is told apart.
 *
 *     node bench/start.ts [../../apps/worker] [starts]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? '../../apps/worker');
const starts = Number(process.argv[3] ?? 9);
const cache = await mkdtemp(join(tmpdir(), 'switchyard-'));
const measured: { readonly wallMs: number; readonly cpuMs: number }[] = [];
for (let count = 0; count <= starts; count += 1) measured.push(await start());
await rm(cache, { recursive: true });
const [first, ...rest] = measured;
const median = (values: number[]): string => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(0);
console.log(`${basename(folder)}: first start ${first!.wallMs.toFixed(0)} ms`);
console.log(`${basename(folder)}: ${median(rest.map(({ wallMs }) => wallMs))} ms median of ${starts} further starts`);
console.log(`${basename(folder)}: ${median(rest.map(({ cpuMs }) => cpuMs))} ms of processor time (Linux only)`);

async function start(): Promise<{ wallMs: number; cpuMs: number }> {
  const startedMs = performance.now();
  const env = {
    SERVICE_NAME: basename(folder),
    HOST: '127.0.0.1',
    PORT: '0',
    STOP_TIMEOUT_SECONDS: '2',
    NODE_COMPILE_CACHE: cache,
  };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  for (let log = ''; !log.includes('listening at');) log += String((await once(child.stdout, 'data'))[0]);
  const wallMs = performance.now() - startedMs;
  const cpuMs = await cpuMsOf(child.pid);
  child.stdout.resume();
  child.kill();
  await once(child, 'exit');
  return { wallMs, cpuMs };
}

/** User and system time out of proc(5), whose clock ticks are hundredths of a second. */
async function cpuMsOf(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN)) * 10;
}
