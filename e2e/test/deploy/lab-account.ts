import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { recordedEngine } from './container-engine.ts';
import type { AccountOptions, RecordedAccount } from './recorded-aws/account.ts';
import { startRecordedAws } from './recorded-aws/start-recorded-aws.ts';
import { startVerb } from './run-verb.ts';

/** Enough of everything, by quota code. */
const quotas = {
  'L-F678F1CE': 5,
  'L-0263D0A3': 5,
  'L-FE5A380F': 5,
  'L-A4707A72': 5,
  'L-53DA6B97': 50,
  'L-69A177A2': 1,
  'L-E9E9831D': 1,
  'L-29B6F2EB': 50,
  'L-3032A538': 6,
  'L-1216C47A': 5,
};
/** Of the two that have a metric. */
const usage = { 'L-3032A538': 0, 'L-1216C47A': 0 };
const cdkApp = fileURLToPath(new URL('../../../infra/src/main.ts', import.meta.url));

/** A stack of the assembly and the stacks that it needs, as the CDK's manifest has them. */
export interface ManifestStack {
  readonly name: string;
  readonly needs: readonly string[];
}

export interface SynthesizedApp extends AsyncDisposable {
  readonly directory: string;
  readonly stacks: readonly ManifestStack[];
}

/** The CDK app's assembly, with every switch as it comes but for those in the context. */
export async function synthesizedApp(context: Readonly<Record<string, string>> = {}): Promise<SynthesizedApp> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-assembly-'));
  await promisify(execFile)(process.execPath, [cdkApp], {
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  return {
    directory,
    stacks: await stacksOfManifest(directory),
    [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, force: true }),
  };
}

async function stacksOfManifest(directory: string): Promise<ManifestStack[]> {
  const { artifacts } = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<Record<string, { readonly type: string; readonly dependencies?: readonly string[] }>>;
  };
  const isStack = (name: string): boolean => artifacts[name]?.type === 'aws:cloudformation:stack';
  return Object.entries(artifacts)
    .filter(([name]) => isStack(name))
    .map(([name, { dependencies = [] }]) => ({ name, needs: dependencies.filter(isStack) }));
}

/** An account on loopback, a container engine, and the verbs that work on them with one assembly. */
export async function labAccount(assembly: string, options: AccountOptions = {}) {
  const stack = new AsyncDisposableStack();
  const aws = stack.use(await startRecordedAws({ quotas, usage, ...options }));
  const engine = stack.use(await recordedEngine());
  const environment = { ...aws.environment, CDK_DOCKER: engine.command };
  const start = (...args: string[]) => startVerb([...args, '--assembly', assembly], environment);
  return {
    recorded: aws.account,
    engine,
    environment,
    start,
    run: async (...args: string[]) => await start(...args).result,
    [Symbol.asyncDispose]: async () => await stack.disposeAsync(),
  };
}

/** Answers every request with one status; what stands behind the recorded load balancer. */
export async function webServer(status: number) {
  const server = createServer((_, response) => response.writeHead(status).end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What an operation was called with, in order. */
export function callsOf({ calls }: RecordedAccount, operation: string): string[] {
  return calls.filter((call) => call.startsWith(`${operation} `)).map((call) => call.slice(operation.length + 1));
}

/** Calls that change the account. */
export function changesOf({ calls }: RecordedAccount): string[] {
  return calls.filter((call) => /^(cloudformation:(Create|Execute|Delete)|s3:PUT|logs:Delete)/.test(call));
}
