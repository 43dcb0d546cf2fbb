import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { callPeer } from '../../src/discovery/call.ts';
import { DiscoveryDispatcher } from '../../src/discovery/discovery-dispatcher.ts';
import type { CallRecord } from '../../src/discovery/try.ts';
import type { Finder, Finding } from '../../src/discovery/finding.ts';

async function startProcess() {
  const child = fork(`${import.meta.dirname}/fixture-main.ts`, {
    env: { SERVICE_NAME: 'worker', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', STOP_TIMEOUT_SECONDS: '6' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const exited = once(child, 'exit');
  let log = '';
  while (!log.includes('listening at')) log += String((await once(child.stdout!, 'data'))[0]);
  child.stdout!.resume();
  return {
    address: `127.0.0.1:${/listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(log)?.[1]}`,
    async stop(): Promise<unknown> {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('loses no call of a busy client that goes on finding a task until after it has stopped', async () => {
  await using leaving = await startProcess();
  await using staying = await startProcess();
  const addresses = [leaving.address, staying.address];
  const finding: Finding = {
    targets: addresses.map((address) => ({ address, origin: `http://${address}` })),
    preferred: 2,
    account: { by: 'service-connect', alias: 'http://worker.mesh:3000' },
  };
  const finder: Finder = { current: () => finding, find: async () => finding, doubt: () => {} };
  const dispatcher = new DiscoveryDispatcher({ finder, connectTimeoutMs: 1000, responseTimeoutMs: 4000 });
  const answeredBy = new Map(addresses.map((address) => [address, 0]));
  const failures: unknown[] = [];
  const done = new AbortController();
  const client = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const record: CallRecord = { attempts: [] };
      const request = { path: '/whoami', headers: {}, timeoutMs: 5000, record };
      await callPeer(dispatcher, 'worker', request).catch((error: unknown) => failures.push(error));
      const { address } = record.attempts.at(-1) ?? { address: '' };
      answeredBy.set(address, (answeredBy.get(address) ?? 0) + 1);
      if (answeredBy.get(leaving.address)! >= 200) enough();
    }
  };
  let enough = (): void => {};
  const warm = new Promise<void>((resolve) => (enough = resolve));
  const clients = Array.from({ length: 8 }, client);
  await warm;
  const answeredBefore = answeredBy.get(staying.address)!;
  expect(await leaving.stop()).toBe(0);
  done.abort();
  await Promise.all(clients);
  await dispatcher.destroy();
  expect(failures).toEqual([]);
  expect(answeredBy.get(staying.address)).toBeGreaterThan(answeredBefore);
}, 20_000);
