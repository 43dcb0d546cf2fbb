import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startDnsServer } from '../dns-server.ts';
import { PRELOAD, fixture, networkOf, runProgram } from './run-program.ts';

const srv = { priority: 1, weight: 1, port: 3000, target: 'one.srv.test.internal' };

test('names resolve through the hosts map, then the lab’s zones, by every way that Node has', async () => {
  await using dns = await startDnsServer([
    { type: 'A', name: 'web.test.internal', data: '127.10.2.4' },
    { type: 'SRV', name: 'srv.test.internal', data: srv },
  ]);
  const run = await runProgram('names', networkOf({ dns: { host: '127.0.0.1', port: dns.port } }));
  expect(run.errors).toEqual([]);
  expect(JSON.parse(run.lines.join(''))).toEqual({
    alias: { address: '127.255.0.1', family: 4 },
    aliasAll: [{ address: '127.255.0.1', family: 4 }],
    aliasByCallback: ['127.255.0.1', 4],
    aliasByCallbackWithFamily: ['127.255.0.1', 4],
    aliasSix: 'ENOTFOUND',
    promisified: { address: '127.255.0.1', family: 4 },
    zone: [[{ address: '127.10.2.4', family: 4 }], null],
    zoneMissing: 'ENOTFOUND',
    zoneOfSrv: 'ENOTFOUND',
    localhost: { address: '127.0.0.1', family: 4 },
    literal: { address: '127.0.0.9', family: 4 },
    servers: [`127.0.0.1:${dns.port}`],
    resolve: ['127.10.2.4'],
    resolveByCallback: ['127.10.2.4'],
    resolver: ['127.10.2.4'],
    resolverServers: [`127.0.0.1:${dns.port}`],
    srv: [{ name: srv.target, port: 3000, priority: 1, weight: 1, type: 'SRV' }],
    variables: ['GREETING'],
  });
});

test('connections into 127.0.0.0/8 leave from the task’s address unless the program chose one', async () => {
  const server = createServer((request, response) => response.end(request.socket.remoteAddress));
  server.listen(0, '127.210.9.9');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const network = networkOf({ hosts: { 'api.mesh': '127.210.9.9' } });
  const [byAddress, byName] = await Promise.all([
    runProgram('client', network, ['127.210.9.9', String(port)]),
    runProgram('client', network, ['api.mesh', String(port)]),
  ]);
  server.close();
  for (const run of [byAddress, byName]) {
    const { chosenAddress, ...others } = JSON.parse(run.lines.join('')) as Record<string, string>;
    expect(chosenAddress).toBe('127.0.0.77');
    expect(new Set(Object.values(others))).toEqual(new Set([network.address]));
    expect(Object.keys(others)).toHaveLength(7);
  }
});

test('servers on every address listen on the task’s, which is its localhost, and report it', async () => {
  const network = networkOf();
  const { lines, reports, errors } = await runProgram('servers', network);
  expect(errors).toEqual([]);
  const { localhost, ...others } = JSON.parse(lines.join('')) as Record<string, string>;
  expect(localhost).toBe('127.0.0.1');
  expect(new Set(Object.values(others))).toEqual(new Set([network.address]));
  expect(reports).toEqual(Array.from({ length: 6 }, () => 'listening port'));
});

test('a program with nothing left to do ends, with nothing printed but its own', async () => {
  const run = await runProgram('idle', networkOf());
  expect(run).toEqual({ exitCode: 0, lines: ['done'], errors: [], reports: [] });
});

test('worker threads have the task’s network, too', async () => {
  const run = await runProgram('worker', networkOf());
  expect(run.errors).toEqual([]);
  expect(run.lines).toEqual(['127.255.0.1']);
});

test('a port that another program holds is reported', async () => {
  const network = networkOf();
  const server = createServer().listen(0, network.address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const run = await runProgram('listen', network, [String(port)]);
  server.close();
  expect(run.reports).toEqual(['failed port EADDRINUSE']);
  expect(run.exitCode).toBe(1);
});

test('a task’s process ends when the lab is killed', async () => {
  const network = JSON.stringify(networkOf());
  const parent = spawn(process.execPath, [fixture('parent'), PRELOAD, network, fixture('forever')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let child = 0;
  for await (const line of createInterface(parent.stdout)) {
    if (line.startsWith('child ')) child = Number(line.slice(6));
    if (line === 'listening') parent.kill('SIGKILL');
  }
  // Both had the pipe: its end means that neither runs any more. What the system keeps of the child may be a zombie.
  expect(child).toBeGreaterThan(0);
  expect(await stateOf(child)).not.toMatch(/^[RSDT]/);
});

/** A process's state letter on Linux; empty when there is none. */
async function stateOf(processId: number): Promise<string> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  return /^State:\s+(\w)/m.exec(status)?.[1] ?? '';
}
