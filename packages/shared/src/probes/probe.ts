import { request } from '../http/node-http.ts';
import { connect } from 'node:net';
import type { Peer } from '../config/service-config.ts';
import type { DiscoveryClient } from '../discovery/discovery-client.ts';
import type { Mechanism } from '../discovery/mechanism.ts';
import { codeOf, wordsOf } from '../errors.ts';

/** One question: can this task find, connect to and talk to that service? Only services of the lab can be asked about. */
export interface Probe {
  readonly service: string;
  readonly via: Mechanism;
  readonly path: string;
}

/** What a step did, in milliseconds; `error` says why it failed. */
interface Step {
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: { readonly code: string; readonly detail: string };
}

interface ProbeTarget {
  readonly address: string;
  readonly connect: Step;
  /** Absent when the connection failed. */
  readonly request?: Step & { readonly status?: number };
}

export interface ProbeResult extends Probe {
  /** Whether every step to every target was fine. */
  readonly ok: boolean;
  readonly resolve: Step & { readonly addresses?: readonly string[] };
  readonly targets: readonly ProbeTarget[];
}

export interface ProbeTools {
  readonly discovery: DiscoveryClient;
  /** By service. */
  readonly peers: ReadonlyMap<string, Peer>;
  /** For each single step. */
  readonly stepTimeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
}

const TARGETS_MAX = 8;

/** Runs one probe: resolves the service, then connects to each address and asks it. Never throws. */
export async function runProbe(probe: Probe, tools: ProbeTools): Promise<ProbeResult> {
  const { service, via, path } = probe;
  const resolve = await step(async () => ({ addresses: await tools.discovery.resolve(service, via) }));
  const addresses = ('addresses' in resolve ? resolve.addresses : []).slice(0, TARGETS_MAX);
  const targets = await Promise.all(addresses.map(async (address) => await probeTarget(address, probe, tools)));
  const ok = targets.length > 0 && targets.every((target) => target.connect.ok && target.request?.ok === true);
  return { service, via, path, ok, resolve, targets };
}

async function probeTarget(address: string, probe: Probe, tools: ProbeTools): Promise<ProbeTarget> {
  const { hostname, port } = new URL(`http://${address}`);
  const connected = await step(async () => await canConnect(hostname, Number(port || 80), tools.stepTimeoutMs));
  if (!connected.ok) return { address, connect: connected };
  const asked = await step(async () => ({ status: await statusOf(address, probe, tools) }));
  const ok = asked.ok && 'status' in asked && asked.status < 400;
  return { address, connect: connected, request: { ...asked, ok } };
}

async function canConnect(host: string, port: number, timeoutMs: number): Promise<object> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return {};
  } finally {
    socket.destroy();
  }
}

async function statusOf(address: string, { service, via, path }: Probe, tools: ProbeTools): Promise<number> {
  const alias = via === 'service-connect' ? tools.peers.get(service)?.serviceConnectUrl : undefined;
  // Aliases may share an address: then the proxy goes by the name.
  const host = alias === undefined ? address : new URL(alias).host;
  return await new Promise((resolve, reject) => {
    const options = {
      agent: false,
      headers: { ...tools.headers, host },
      signal: AbortSignal.timeout(tools.stepTimeoutMs),
    };
    request(`http://${address}${path}`, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

async function step<T extends object>(act: () => Promise<T>): Promise<Step & (T | object)> {
  const startedMs = performance.now();
  const ms = (): number => Math.round((performance.now() - startedMs) * 100) / 100;
  try {
    const done = await act();
    return { ok: true, ms: ms(), ...done };
  } catch (error) {
    return { ok: false, ms: ms(), error: failureOf(error) };
  }
}

function failureOf(error: unknown): { code: string; detail: string } {
  const isTimeout = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  if (isTimeout)
    return { code: 'TIMED_OUT', detail: 'There was no answer in time; a security group or NACL may drop the packets.' };
  return { code: codeOf(error), detail: wordsOf(error) };
}
