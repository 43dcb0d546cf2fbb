/**
 * Requests per second through this load balancer, HAProxy (one thread) and @fastify/http-proxy: each on the first core,
 * one after the other in every round; the target (HAProxy answering by itself) and wrk on the second core.
 * Usage: node bench/main.ts [rounds] [seconds per run] [connections] [name…]
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [rounds = '5', seconds = '5', connections = '64', ...only] = process.argv.slice(2);
const PROXY_CORE = '0';
const LOAD_CORE = '1';
const TARGET_PORT = 28_091;
const HAPROXY_PORT = 28_092;
const here = import.meta.dirname;

function requirePrograms(): void {
  for (const [program, flag] of [
    ['haproxy', '-v'],
    ['wrk', '-v'],
    ['taskset', '--version'],
  ] as const) {
    if (spawnSync(program, [flag]).error === undefined) continue;
    console.error(
      `The benchmark needs ${program}, which is not installed: install it (on Debian: apt-get install haproxy wrk util-linux).`,
    );
    process.exit(1);
  }
  if (availableParallelism() < 2) {
    console.error('The benchmark needs two processor cores: one for the proxy, one for the target and the load.');
    process.exit(1);
  }
}

const GLOBAL = `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 10s
  option http-keep-alive
  http-reuse always
`;
const TARGET = `${GLOBAL}
frontend target
  bind 127.0.0.1:${TARGET_PORT}
  http-request return status 200 content-type application/json string '{"service":"web","task":"0123456789abcdef","zone":"us-east-1a"}'
`;
const PROXY = `${GLOBAL}
frontend front
  bind 127.0.0.1:${HAPROXY_PORT}
  acl internal path /internal
  acl internal path_beg /internal/
  http-request return status 403 if internal
  option forwardfor
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Port ${HAPROXY_PORT}
  http-request set-header X-Amzn-Trace-Id Root=1-%[date,hex]-%[rand,hex]%[rand,hex]%[rand,hex]
  acl api path /api
  acl api path_beg /api/
  use_backend web if api
  default_backend web
backend web
  server one 127.0.0.1:${TARGET_PORT}
`;

requirePrograms();
const directory = mkdtempSync(join(tmpdir(), 'alb-bench-'));
const children: ChildProcess[] = [];

function run(core: string, command: string, ...args: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', core, command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

function haproxy(core: string, name: string, configuration: string): ChildProcess {
  const file = join(directory, `${name}.cfg`);
  writeFileSync(file, configuration);
  return run(core, 'haproxy', '-db', '-q', '-f', file);
}

interface Proxy {
  readonly url: string;
  readonly pid: number;
}

async function node(...args: readonly string[]): Promise<Proxy> {
  const child = run(PROXY_CORE, process.execPath, ...args);
  if (child.stdout !== null)
    for await (const line of createInterface(child.stdout)) {
      return { url: line, pid: child.pid ?? 0 };
    }
  throw new Error(`${args.join(' ')} printed no address`);
}

/** Processor time of a process in µs. Unlike the rate it hardly depends on what else the machine does. */
function cpuMicros(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = '0', system = '0'] = fields.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

interface Figures {
  readonly cpuMicros: number;
  readonly perSecond: number;
  readonly p99Ms: number;
}

function load({ url, pid }: Proxy): Figures {
  const before = cpuMicros(pid);
  const args = ['-c', LOAD_CORE, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', `${url}/api/whoami`];
  const output = execFileSync('taskset', args, { encoding: 'utf8' });
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? /Socket errors: (.*)/.exec(output)?.[1];
  if (bad !== undefined) throw new Error(`${url} gave errors: ${bad}`);
  const [, value = '0', unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? [];
  const factor = { us: 0.001, ms: 1, s: 1000 }[unit ?? 'ms'] ?? 1;
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    p99Ms: Number(value) * factor,
    cpuMicros: (cpuMicros(pid) - before) / Number(/(\d+) requests in/.exec(output)?.[1]),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

try {
  haproxy(LOAD_CORE, 'target', TARGET);
  const haproxyPid = haproxy(PROXY_CORE, 'proxy', PROXY).pid ?? 0;
  const candidates = [
    { name: 'local-alb', open: () => node(join(here, 'alb.ts'), String(TARGET_PORT)) },
    { name: 'local-alb with access log', open: () => node(join(here, 'alb.ts'), String(TARGET_PORT), 'events') },
    { name: 'HAProxy', open: () => Promise.resolve({ url: `http://127.0.0.1:${HAPROXY_PORT}`, pid: haproxyPid }) },
    { name: '@fastify/http-proxy', open: () => node(join(here, 'fastify-http-proxy.ts'), String(TARGET_PORT)) },
  ].filter(({ name }) => only.length === 0 || only.includes(name));
  const proxies = await Promise.all(candidates.map(async ({ name, open }) => ({ name, proxy: await open() })));
  const figures = new Map<string, Figures[]>(proxies.map(({ name }) => [name, []]));
  for (let round = 0; round <= Number(rounds); round++) {
    for (const { name, proxy } of proxies) {
      const result = load(proxy);
      // The first round warms up.
      if (round > 0) figures.get(name)?.push(result);
    }
  }
  const rows = proxies.map(({ name }) => {
    const all = figures.get(name) ?? [];
    return {
      name,
      perSecond: median(all.map((run) => run.perSecond)),
      p99Ms: median(all.map((run) => run.p99Ms)),
      cpuMicros: median(all.map((run) => run.cpuMicros)),
    };
  });
  const of = (name: string) => rows.find((row) => row.name === name);
  const [haproxyRow, nodeRow] = [of('HAProxy'), of('@fastify/http-proxy')];
  const times = (value: number, than: number | undefined): string => (value / (than ?? Number.NaN)).toFixed(2);
  console.log(`medians of ${rounds} rounds of ${seconds} s, ${connections} connections; in brackets by processor time`);
  for (const { name, perSecond, p99Ms, cpuMicros: cpu } of rows) {
    const toHaproxy = `${times(perSecond, haproxyRow?.perSecond)} (${times(haproxyRow?.cpuMicros ?? Number.NaN, cpu)}) × HAProxy`;
    const toNode = `${times(perSecond, nodeRow?.perSecond)} (${times(nodeRow?.cpuMicros ?? Number.NaN, cpu)}) × @fastify/http-proxy`;
    console.log(
      `${name.padEnd(26)} ${perSecond.toFixed(0).padStart(6)} requests/s   p99 ${p99Ms.toFixed(2).padStart(6)} ms   ` +
        `cpu ${cpu.toFixed(1).padStart(5)} µs/request   ${toHaproxy}   ${toNode}`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGTERM');
  rmSync(directory, { recursive: true });
}
