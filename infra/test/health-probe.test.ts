import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { healthProbeOf } from '../src/health-probe.ts';

async function exitCodeAgainst(statusCode: number): Promise<number> {
  await using server = createServer((_request, response) => response.writeHead(statusCode).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return await exitCodeOf((server.address() as AddressInfo).port);
}

async function exitCodeOf(port: number): Promise<number> {
  const [, , ...nodeArguments] = healthProbeOf(port, '/healthz');
  const [code] = await once(spawn(process.execPath, nodeArguments), 'exit');
  return code;
}

describe('the health probe', () => {
  it('starts with the word that tells ECS to run it without a shell', () => {
    expect(healthProbeOf(3000, '/healthz').slice(0, 2)).toEqual(['CMD', 'node']);
  });

  it('passes when the service answers 200', async () => {
    expect(await exitCodeAgainst(200)).toBe(0);
  });

  it('fails when the service is draining', async () => {
    expect(await exitCodeAgainst(503)).toBe(1);
  });

  it('fails when nobody listens', async () => {
    expect(await exitCodeOf(1)).toBe(1);
  });
});
